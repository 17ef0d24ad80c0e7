import type { TenantContext } from '@app/identity';
import { Database, type AuditAct, type AuditEntry, type AuditFilter } from '@app/persistence';
import type { Logger } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

/** Who acts on a tenant: a caller of its own, or an operator. */
type Actor = Pick<TenantContext, 'tenantId' | 'principalId'> & { principal: TenantContext['principal'] | 'operator' };

/** Keeps the audit logs of tenants, and reads them. */
@Injectable()
export class AuditService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Writes an act down. What happened has happened: when the log cannot be written, the process's own log says so, with
   * all that would have stood there.
   */
  async record(caller: Actor, act: Omit<AuditAct, 'actor' | 'actorKind'>): Promise<void> {
    const entry = { ...act, actorKind: caller.principal, actor: caller.principalId };
    try {
      await this.database.inTenant(caller.tenantId, (tenant) => tenant.audit.append(entry));
    } catch (error) {
      this.logger.error({ err: error, tenantId: caller.tenantId, act: entry }, 'An act is missing in the audit log');
    }
  }

  /** Entries of a tenant's log, newest first. */
  async page({ tenantId }: TenantContext, filter: AuditFilter): Promise<AuditEntry[]> {
    return this.database.inTenant(tenantId, (tenant) => tenant.audit.page(filter));
  }
}
