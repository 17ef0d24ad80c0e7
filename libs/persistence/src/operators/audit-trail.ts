import type { Uuid } from '@app/contracts';
import type { AuditAct } from '../audit/audit.repository.js';
import type { Database } from '../database/database.js';
import { isReferred } from '../database/retry.js';
import { OperatorLog } from './operator-log.js';

/** Writes acts down where they belong: in the log of the tenant they are about, else in that of the operators. */
export class AuditTrail {
  private readonly operators: OperatorLog;

  constructor(private readonly database: Database) {
    this.operators = new OperatorLog(database);
  }

  async append(act: AuditAct, tenantId?: Uuid): Promise<void> {
    if (tenantId === undefined || !(await this.appendTo(tenantId, act))) await this.operators.append(act);
  }

  /** Answers whether there is such a tenant. */
  private async appendTo(tenantId: Uuid, act: AuditAct): Promise<boolean> {
    try {
      await this.database.inTenant(tenantId, (tenant) => tenant.audit.append(act));
      return true;
    } catch (error) {
      if (isReferred(error)) return false;
      throw error;
    }
  }
}
