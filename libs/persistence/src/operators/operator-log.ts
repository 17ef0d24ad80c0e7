import { AUDIT_FIELDS, type AuditAct, type AuditEntry, type AuditFilter } from '../audit/audit.repository.js';
import type { Database } from '../database/database.js';

/** What operators did that is about no tenant that is there, and who was kept from it. Entries are never changed. */
export class OperatorLog {
  constructor(private readonly database: Database) {}

  async append(act: AuditAct): Promise<void> {
    await this.database.acrossTenants(
      `insert into operator_log (actor_kind, actor, address, action, object_type, object_id, outcome, request_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [
        ...[act.actorKind, act.actor, act.address ?? null, act.action, act.objectType ?? null],
        ...[act.objectId ?? null, act.outcome, act.requestId ?? null],
      ],
    );
  }

  /** Newest first. */
  async page(filter: AuditFilter): Promise<AuditEntry[]> {
    const { since, until, action, actor, objectId, before, limit } = filter;
    return this.database.acrossTenants<AuditEntry & Record<string, unknown>>(
      `select ${AUDIT_FIELDS} from operator_log
        where at >= coalesce($1::timestamptz, '-infinity') and at < coalesce($2::timestamptz, 'infinity')
          and ($3::text is null or action = $3) and ($4::text is null or actor = $4)
          and ($5::text is null or object_id = $5)
          and ($6::bigint is null
               or (at, entry) < (timestamptz 'epoch' + $6::bigint * interval '1 microsecond', $7::bigint))
        order by at desc, entry desc limit $8`,
      [
        ...[since ?? null, until ?? null, action ?? null, actor ?? null, objectId ?? null],
        ...[before?.micros ?? null, before?.entry ?? null, limit],
      ],
    );
  }
}
