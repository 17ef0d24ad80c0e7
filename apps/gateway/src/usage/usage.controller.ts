import { UsageAnswer, UsageQuery } from '@app/contracts';
import { callerOf, ForTenant } from '@app/identity';
import { AnswersByHand } from '@app/platform';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { answer } from '../http/answer.js';
import { table } from '../http/csv.js';
import { UsageService } from './usage.service.js';

/** What a tenant uses. */
@Controller('api/usage')
@ForTenant('admin')
export class UsageController {
  constructor(@Inject(UsageService) private readonly usage: UsageService) {}

  /** What the tenant used in each month, and what its plan has for it. As CSV, the months alone. */
  @Get()
  @AnswersByHand(UsageAnswer)
  async get(@Query() query: UsageQuery, @Res() response: Response): Promise<void> {
    const usage = await this.usage.of(callerOf(response.req), query);
    if (query.format === 'csv') {
      response.type('text/csv').send(table(['month', 'kind', 'quantity'], usage.months));
      return;
    }
    response.json(answer(usage));
  }
}
