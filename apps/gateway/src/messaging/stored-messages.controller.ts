import { EditMessageDto, FoundMessages, MessageView, SearchMessagesDto, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { StoredMessagesService } from './stored-messages.service.js';

const MessageId = Param('messageId', new IdPipe('message'));

/** Routes that ElizaOS's client calls and its server lacks: messages by their id or their words. */
@Controller('api/messaging/messages')
export class StoredMessagesController {
  constructor(@Inject(StoredMessagesService) private readonly messages: StoredMessagesService) {}

  /** Messages that fit, newest first. */
  @Post('search')
  @ForUsers('messages:read')
  @HttpCode(200)
  @Answers(FoundMessages)
  async search(@Caller() caller: TenantContext, @Body() asked: SearchMessagesDto): Promise<Answer<FoundMessages>> {
    return answer(await this.messages.search(caller, asked));
  }

  /** Messages that fit, newest first. */
  @Get('search')
  @ForUsers('messages:read')
  @Answers(FoundMessages)
  async searchByQuery(
    @Caller() caller: TenantContext,
    @Query() asked: SearchMessagesDto,
  ): Promise<Answer<FoundMessages>> {
    return answer(await this.messages.search(caller, asked));
  }

  /** A message. */
  @Get(':messageId')
  @ForUsers('messages:read')
  @Answers(MessageView)
  @Refuses('NOT_FOUND')
  async get(@Caller() caller: TenantContext, @MessageId id: Uuid): Promise<Answer<MessageView>> {
    return answer(await this.messages.get(caller, id));
  }

  /** Gives a message other words. */
  @Patch(':messageId')
  @ForUsers('messages:write')
  @Answers(MessageView)
  @Refuses('NOT_FOUND')
  async edit(
    @Caller() caller: TenantContext,
    @MessageId id: Uuid,
    @Body() body: EditMessageDto,
  ): Promise<Answer<MessageView>> {
    return answer(await this.messages.edit(caller, id, body.content));
  }
}
