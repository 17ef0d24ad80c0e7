import { EditMessageDto, SearchMessagesDto, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Body, Controller, Get, HttpCode, Inject, Param, Patch, Post, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { StoredMessagesService, type FoundMessages } from './stored-messages.service.js';

const MessageId = Param('messageId', new IdPipe('message'));

/** Routes that ElizaOS's client calls and its server lacks: messages by their id or their words. */
@Controller('api/messaging/messages')
export class StoredMessagesController {
  constructor(@Inject(StoredMessagesService) private readonly messages: StoredMessagesService) {}

  @Post('search')
  @ForUsers('messages:read')
  @HttpCode(200)
  async search(@Caller() caller: TenantContext, @Body() asked: SearchMessagesDto): Promise<Answer<FoundMessages>> {
    return answer(await this.messages.search(caller, asked));
  }

  @Get('search')
  @ForUsers('messages:read')
  async searchByQuery(
    @Caller() caller: TenantContext,
    @Query() asked: SearchMessagesDto,
  ): Promise<Answer<FoundMessages>> {
    return answer(await this.messages.search(caller, asked));
  }

  @Get(':messageId')
  @ForUsers('messages:read')
  async get(@Caller() caller: TenantContext, @MessageId id: Uuid): Promise<Answer<Record<string, unknown>>> {
    return answer(await this.messages.get(caller, id));
  }

  @Patch(':messageId')
  @ForUsers('messages:write')
  async edit(
    @Caller() caller: TenantContext,
    @MessageId id: Uuid,
    @Body() body: EditMessageDto,
  ): Promise<Answer<Record<string, unknown>>> {
    return answer(await this.messages.edit(caller, id, body.content));
  }
}
