import { GenerateTitleDto, Title, TitleQuery, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { ChannelId } from './channel.params.js';
import { TitlesService } from './titles.service.js';

/** ElizaOS's route for the title of a conversation. */
@Controller('api/messaging/channels/:channelId')
export class TitlesController {
  constructor(@Inject(TitlesService) private readonly titles: TitlesService) {}

  /** Finds a title for what was said. */
  @Post('generate-title')
  @ForUsers('messages:read')
  @HttpCode(200)
  @Answers(Title)
  @Refuses('CHANNEL_NOT_FOUND', 'NOT_FOUND')
  // eslint-disable-next-line no-restricted-syntax -- each is another part of the request
  async find(
    @Caller() caller: TenantContext,
    @ChannelId channelId: Uuid,
    @Body() { agentId }: GenerateTitleDto,
    @Query() query: TitleQuery,
  ): Promise<Answer<Title>> {
    return answer(await this.titles.find(caller, channelId, { ...query, agentId }));
  }
}
