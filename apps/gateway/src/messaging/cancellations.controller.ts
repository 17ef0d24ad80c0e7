import { CancelAnswersDto, CancelledAnswers, type Uuid } from '@app/contracts';
import { Caller, ForUsers, type TenantContext } from '@app/identity';
import { Answers, Refuses } from '@app/platform';
import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { Ids } from '../http/ids.decorator.js';
import { CancellationsService } from './cancellations.service.js';

/** Ends answers that nobody wants any more. */
@Controller('api/messaging/channels/:channelId/messages/:messageId/cancel')
export class CancellationsController {
  constructor(@Inject(CancellationsService) private readonly cancellations: CancellationsService) {}

  /**
   * Cancels the answers to a message, or one agent's. What a running one has said so far is stored as its reply, with
   * `metadata.cancelled`.
   */
  @Post()
  @ForUsers('messages:write')
  @HttpCode(200)
  @Answers(CancelledAnswers)
  @Refuses('NOT_FOUND')
  async cancel(
    @Caller() caller: TenantContext,
    @Ids('channelId', 'messageId') ids: { channelId: Uuid; messageId: Uuid },
    @Body() { agentId }: CancelAnswersDto,
  ): Promise<Answer<CancelledAnswers>> {
    return answer(await this.cancellations.cancel(caller, { ...ids, agentId }));
  }
}
