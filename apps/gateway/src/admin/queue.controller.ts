import { QueueOverview, QueueQuery } from '@app/contracts';
import { ForOperators } from '@app/identity';
import { Answers } from '@app/platform';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { answer, type Answer } from '../http/answer.js';
import { QueueService } from './queue.service.js';

/** What all tenants' agents have to do. */
@ForOperators()
@Controller('api/admin/queue')
export class QueueController {
  constructor(@Inject(QueueService) private readonly queue: QueueService) {}

  /** How many turns wait, run and failed, over all and by tenant, and who runs them. */
  @Get()
  @Answers(QueueOverview)
  async overview(@Query() { limit }: QueueQuery): Promise<Answer<QueueOverview>> {
    return answer(await this.queue.overview(limit));
  }
}
