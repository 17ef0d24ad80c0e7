import { AuditAnswer, AuditQuery } from '@app/contracts';
import { callerOf, ForTenant } from '@app/identity';
import { AnswersByHand } from '@app/platform';
import { Controller, Get, Inject, Query, Res } from '@nestjs/common';
import type { Response } from 'express';
import { AUDIT_COLUMNS, auditFilter, tellAuditPage } from './audit-page.js';
import { AuditService } from './audit.service.js';

/** A tenant's own audit log. */
@Controller('api/audit')
@ForTenant('admin')
export class AuditController {
  constructor(@Inject(AuditService) private readonly audit: AuditService) {}

  /** A page, newest first. `next` leads to the one after it and is missing on the last. As CSV it is in a header. */
  @Get()
  @AnswersByHand(AuditAnswer)
  async list(@Query() query: AuditQuery, @Res() response: Response): Promise<void> {
    const filter = auditFilter(query);
    const entries = await this.audit.page(callerOf(response.req), filter);
    tellAuditPage(response, entries, { format: query.format, limit: filter.limit, columns: AUDIT_COLUMNS });
  }
}
