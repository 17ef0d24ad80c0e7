import type { Uuid } from '@app/contracts';
import { AUDIT_PLACE, type AuditEntry, type AuditFilter, type AuditPlace } from '../audit/audit.repository.js';
import type { Database } from '../database/database.js';
import { OperatorLog } from './operator-log.js';

/** An entry of any log; of an operator's own there is no tenant. */
export interface FoundAuditEntry extends AuditEntry {
  tenantId: Uuid | null;
}

/** Reads so many tenants' entries at one time. */
const AT_ONCE = 4;

/**
 * Finds entries in the logs of all tenants and of the operators. What is found in the role that sees no content is where
 * an entry stands; what it tells is read inside of its tenant.
 */
export class AuditSearch {
  private readonly own: OperatorLog;

  constructor(private readonly database: Database) {
    this.own = new OperatorLog(database);
  }

  /** Newest first. @param tenantId only the log of this tenant */
  async page(filter: AuditFilter, tenantId?: Uuid): Promise<FoundAuditEntry[]> {
    if (tenantId !== undefined) {
      const entries = await this.database.inTenant(tenantId, (scope) => scope.audit.page(filter));
      return entries.map((entry) => ({ ...entry, tenantId }));
    }
    const [places, own] = await Promise.all([this.places(filter), this.own.page(filter)]);
    const newest = [...places, ...own.map((entry) => ({ ...entry, tenantId: null }))]
      .sort((a, b) => later(b.place, a.place))
      .slice(0, filter.limit);
    const told = await this.read(newest.flatMap(({ tenantId: of, place }) => (of ? [{ tenantId: of, place }] : [])));
    return newest.flatMap((found) => ('action' in found ? [found] : (told.get(nameOf(found.place)) ?? [])));
  }

  private async places(filter: AuditFilter): Promise<{ tenantId: Uuid; place: AuditPlace }[]> {
    const { since, until, action, actor, objectId, before, limit } = filter;
    return this.database.acrossTenants(
      `select tenant_id as "tenantId", ${AUDIT_PLACE} as place from audit_log
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

  private async read(places: { tenantId: Uuid; place: AuditPlace }[]): Promise<Map<string, FoundAuditEntry>> {
    const byTenant = new Map<Uuid, AuditPlace[]>();
    for (const { tenantId, place } of places) byTenant.set(tenantId, [...(byTenant.get(tenantId) ?? []), place]);
    const told = new Map<string, FoundAuditEntry>();
    const open = [...byTenant];
    const reader = async (): Promise<void> => {
      for (let next = open.pop(); next; next = open.pop()) {
        const [tenantId, of] = next;
        const entries = await this.database.inTenant(tenantId, (scope) => scope.audit.at(of));
        for (const entry of entries) told.set(nameOf(entry.place), { ...entry, tenantId });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, reader));
    return told;
  }
}

function later(a: AuditPlace, b: AuditPlace): number {
  return a.micros - b.micros || a.entry - b.entry;
}

function nameOf({ micros, entry }: AuditPlace): string {
  return `${micros}_${entry}`;
}
