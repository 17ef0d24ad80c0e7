import { CompleteMessageDto, IngestMessagesDto, SubmitMessageDto, UpdateActionDto, type Uuid } from '@app/contracts';
import { Caller, ForTenant, type TenantContext } from '@app/identity';
import { Body, Controller, HttpCode, Inject, Param, Patch, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { IdPipe } from '../http/id.pipe.js';
import { IngestService, type Ingested } from './ingest.service.js';
import { SubmissionsService } from './submissions.service.js';
import { messageRowView } from './views.js';

type Row = Record<string, unknown>;

/** ElizaOS's routes for agents and platforms that are elsewhere. */
@Controller('api/messaging')
export class OutsideMessagesController {
  constructor(
    @Inject(SubmissionsService) private readonly submissions: SubmissionsService,
    @Inject(IngestService) private readonly ingestion: IngestService,
  ) {}

  @Post('submit')
  @ForTenant('messages:write')
  async submit(@Caller() caller: TenantContext, @Body() body: SubmitMessageDto): Promise<Answer<Row>> {
    return answer(messageRowView(await this.submissions.submit(caller, body, 'agent_response')));
  }

  @Post('action')
  @ForTenant('messages:write')
  async act(@Caller() caller: TenantContext, @Body() body: SubmitMessageDto): Promise<Answer<Row>> {
    return answer(messageRowView(await this.submissions.submit(caller, body, 'agent_action')));
  }

  @Patch('action/:messageId')
  @ForTenant('messages:write')
  async update(
    @Caller() caller: TenantContext,
    @Param('messageId', new IdPipe('message')) id: Uuid,
    @Body() body: UpdateActionDto,
  ): Promise<Answer<Row>> {
    return answer(messageRowView(await this.submissions.update(caller, id, body)));
  }

  @Post('ingest-external')
  @ForTenant('messages:write')
  @HttpCode(202)
  async ingest(
    @Caller() caller: TenantContext,
    @Body() body: IngestMessagesDto,
  ): Promise<Answer<Ingested> & { message: string }> {
    const ingested = await this.ingestion.ingest(caller, body);
    return { ...answer(ingested), message: 'Message ingested and published to bus' };
  }

  @Post('complete')
  @ForTenant('messages:write')
  @HttpCode(200)
  async complete(
    @Caller() caller: TenantContext,
    @Body() body: CompleteMessageDto,
  ): Promise<Answer<{ success: true }>> {
    await this.submissions.complete(caller, body);
    return answer({ success: true });
  }
}
