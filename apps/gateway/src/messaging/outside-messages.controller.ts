import {
  CompleteMessageDto,
  Done,
  IngestAnswer,
  IngestMessagesDto,
  MessageRow,
  SubmitMessageDto,
  UpdateActionDto,
  type Uuid,
} from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Answers, AnswersBare, Refuses } from '@app/platform';
import { Body, Controller, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { IngestService } from './ingest.service.js';
import { SubmissionsService } from './submissions.service.js';
import { messageRowView } from './views.js';

/** ElizaOS's routes for agents and platforms that are elsewhere. */
@Controller('api/messaging')
export class OutsideMessagesController {
  constructor(
    @Inject(SubmissionsService) private readonly submissions: SubmissionsService,
    @Inject(IngestService) private readonly ingestion: IngestService,
  ) {}

  /** Takes what an agent says that runs elsewhere. */
  @Post('submit')
  @ForTenant('messages:write')
  @Answers(MessageRow)
  @Refuses('CHANNEL_NOT_FOUND', 'CONFLICT', 'IDEMPOTENCY_CONFLICT')
  async submit(@Caller() caller: TenantContext, @Body() body: SubmitMessageDto): Promise<Answer<MessageRow>> {
    return answer(messageRowView(await this.submissions.submit(caller, body, 'agent_response')));
  }

  /** Takes what an agent does that runs elsewhere. */
  @Post('action')
  @ForTenant('messages:write')
  @Answers(MessageRow)
  @Refuses('CHANNEL_NOT_FOUND', 'CONFLICT', 'IDEMPOTENCY_CONFLICT')
  async act(@Caller() caller: TenantContext, @Body() body: SubmitMessageDto): Promise<Answer<MessageRow>> {
    return answer(messageRowView(await this.submissions.submit(caller, body, 'agent_action')));
  }

  /** Changes the state of an action. */
  @Patch('action/:messageId')
  @ForTenant('messages:write')
  @Answers(MessageRow)
  @Refuses('NOT_FOUND')
  async update(
    @Caller() caller: TenantContext,
    @Param('messageId', new IdPipe('message')) id: Uuid,
    @Body() body: UpdateActionDto,
  ): Promise<Answer<MessageRow>> {
    return answer(messageRowView(await this.submissions.update(caller, id, body)));
  }

  /** Takes what was said on another platform. */
  @Post('ingest-external')
  @ForTenant('messages:write')
  @HttpCode(202)
  @AnswersBare(IngestAnswer)
  @Refuses('CHANNEL_NOT_FOUND', 'IDEMPOTENCY_CONFLICT', 'QUOTA_EXCEEDED')
  async ingest(@Caller() caller: TenantContext, @Body() body: IngestMessagesDto): Promise<IngestAnswer> {
    const ingested = await this.ingestion.ingest(caller, body);
    return { ...answer(ingested), message: 'Message ingested and published to bus' };
  }

  /** Tells that an agent that runs elsewhere is done with a turn. */
  @Post('complete')
  @ForTenant('messages:write')
  @HttpCode(200)
  @Answers(Done)
  @Refuses('CHANNEL_NOT_FOUND', 'NOT_FOUND')
  async complete(@Caller() caller: TenantContext, @Body() body: CompleteMessageDto): Promise<Answer<Done>> {
    await this.submissions.complete(caller, body);
    return answer({ success: true });
  }
}
