import { Param } from '@nestjs/common';
import { IdPipe } from '../http/id.pipe.js';

/** The channel a route is about. */
export const ChannelId: ParameterDecorator = Param('channelId', new IdPipe('channel'));
