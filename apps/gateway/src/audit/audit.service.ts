import type { Uuid } from '@app/contracts';
import type { OperatorContext, TenantContext } from '@app/identity';
import { AuditTrail, Database, type AuditAct, type AuditEntry, type AuditFilter } from '@app/persistence';
import type { Logger } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { LOGGER } from '../tokens.js';
import { Refusals } from './refusals.js';

/** What is written down of an act beside who did it. */
type Act = Omit<AuditAct, 'actor' | 'actorKind'>;

/** Keeps the audit logs of tenants and of operators. */
@Injectable()
export class AuditService {
  private readonly trail: AuditTrail;
  private readonly refusals = new Refusals();

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.trail = new AuditTrail(database);
  }

  /**
   * Writes an act down. What happened has happened: when the log cannot be written, the process's own log says so, with
   * all that would have stood there.
   */
  async record({ principal, principalId, tenantId }: TenantContext, act: Act): Promise<void> {
    await this.keep({ ...act, actorKind: principal, actor: principalId }, tenantId);
  }

  /** Writes an operator's act down: in the log of the tenant it is about, else in that of the operators. */
  async recordOperator({ principal, principalId }: OperatorContext, act: Act, tenantId?: Uuid): Promise<void> {
    await this.keep({ ...act, actorKind: principal, actor: principalId }, tenantId);
  }

  /** Writes down that somebody was kept from doing as operators do; of very many, how many. */
  async recordStranger(act: Act): Promise<void> {
    const { isNoted, left } = this.refusals.next();
    if (left > 0) this.logger.warn({ left }, 'Refusals of a minute that the log of operators does not tell one by one');
    if (isNoted) await this.keep({ ...act, actorKind: 'stranger', actor: 'unknown' });
  }

  /** Entries of a tenant's log, newest first. */
  async page({ tenantId }: TenantContext, filter: AuditFilter): Promise<AuditEntry[]> {
    return this.database.inTenant(tenantId, (tenant) => tenant.audit.page(filter));
  }

  private async keep(act: AuditAct, tenantId?: Uuid): Promise<void> {
    try {
      await this.trail.append(act, tenantId);
    } catch (error) {
      this.logger.error({ err: error, tenantId, act }, 'An act is missing in the audit log');
    }
  }
}
