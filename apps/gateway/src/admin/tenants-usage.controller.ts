import { TenantsUsageQuery, UsageAnswer, UsageOfTenantsAnswer, UsageQuery, type Uuid } from '@app/contracts';
import { ForOperators } from '@app/identity';
import { UsageDirectory } from '@app/persistence';
import { AnswersByHand, Refuses } from '@app/platform';
import { Controller, Get, Inject, Param, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { answer } from '../http/answer.js';
import { table } from '../http/csv.js';
import { IdPipe } from '../http/id.pipe.js';
import { monthsOf, UsageService } from '../usage/usage.service.js';
import { AdminService } from './admin.service.js';

const USUAL_LIMIT = 100;

/** What tenants use, for those who run the installation. */
@ForOperators()
@Controller('api/admin')
export class TenantsUsageController {
  constructor(
    @Inject(AdminService) private readonly admin: AdminService,
    @Inject(UsageService) private readonly usage: UsageService,
    @Inject(UsageDirectory) private readonly directory: UsageDirectory,
  ) {}

  /** What a tenant used in each month, and what its plan has for it. As CSV, the months alone. */
  @Get('tenants/:tenantId/usage')
  @AnswersByHand(UsageAnswer)
  @Refuses('TENANT_NOT_FOUND')
  async ofTenant(
    @Param('tenantId', new IdPipe('tenant')) tenantId: Uuid,
    @Query() query: UsageQuery,
    @Res() response: Response,
  ): Promise<void> {
    await this.admin.get(tenantId);
    const usage = await this.usage.of({ tenantId }, query);
    if (query.format === 'csv') {
      response.type('text/csv').send(table(['month', 'kind', 'quantity'], usage.months));
      return;
    }
    response.json(answer(usage));
  }

  /** What each tenant used in these months; a page of tenants. As CSV, a row for each month and kind, and `next` in a header. */
  @Get('usage')
  @AnswersByHand(UsageOfTenantsAnswer)
  async ofAll(@Query() query: TenantsUsageQuery, @Res() response: Response): Promise<void> {
    const { after, limit = USUAL_LIMIT } = query;
    const { tenants, next } = await this.directory.page(monthsOf(query), { after, limit });
    const told = tenants.map((tenant) => ({
      ...tenant,
      months: tenant.months.map((row) => ({ ...row, month: row.month.slice(0, 7) })),
    }));
    if (query.format === 'csv') {
      if (next) response.setHeader('x-next-cursor', next);
      const rows = told.flatMap(({ months, ...tenant }) => months.map((month) => ({ ...tenant, ...month })));
      response.type('text/csv').send(table(['tenantId', 'slug', 'name', 'plan', 'month', 'kind', 'quantity'], rows));
      return;
    }
    response.json(answer({ tenants: told, next }));
  }
}
