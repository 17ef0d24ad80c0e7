import { OperatorAuditAnswer, OperatorAuditQuery } from '@app/contracts';
import { ForOperators } from '@app/identity';
import { AuditSearch } from '@app/persistence';
import { AnswersByHand } from '@app/platform';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { AUDIT_COLUMNS, auditFilter, tellAuditPage } from '../audit/audit-page.js';

/** The audit logs of all tenants, and that of the operators. */
@ForOperators()
@Controller('api/admin/audit')
export class AuditSearchController {
  constructor(@Inject(AuditSearch) private readonly search: AuditSearch) {}

  /** A page, newest first. `next` leads to the one after it and is missing on the last. As CSV it is in a header. */
  @Get()
  @AnswersByHand(OperatorAuditAnswer)
  async list(@Query() query: OperatorAuditQuery, @Res() response: Response): Promise<void> {
    const filter = auditFilter(query);
    const entries = await this.search.page(filter, query.tenantId);
    const columns = ['tenantId', ...AUDIT_COLUMNS] as const;
    tellAuditPage(response, entries, { format: query.format, limit: filter.limit, columns });
  }
}
