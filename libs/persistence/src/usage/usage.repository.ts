import type { UsageKind, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** Something that was used, on its way into the ledger. */
export interface UsageEntry {
  kind: UsageKind;
  quantity: number;
  /** The message, turn, file or, for its title, channel that it was used for. */
  subjectId: Uuid;
  agentId?: Uuid;
}

/** What was used of a kind in a month, named by its first day (UTC). */
export interface MonthlyUsage {
  month: string;
  kind: UsageKind;
  quantity: number;
}

/** The ledger of what a tenant used. Messages and the tokens of turns enter it by themselves. */
export class UsageRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Writes entries down, in the transaction of what they count. */
  async note(entries: UsageEntry[]): Promise<void> {
    const used = entries.filter((entry) => entry.quantity > 0);
    if (used.length === 0) return;
    await this.manager.query(
      `insert into usage_ledger (tenant_id, kind, quantity, subject_id, agent_id)
       select $1, e.* from unnest($2::text[], $3::bigint[], $4::uuid[], $5::uuid[]) as e`,
      [
        this.tenantId,
        used.map((entry) => entry.kind),
        used.map((entry) => Math.ceil(entry.quantity)),
        used.map((entry) => entry.subjectId),
        used.map((entry) => entry.agentId ?? null),
      ],
    );
  }

  /** The first of these kinds of which nothing is left this month. */
  async usedUp(kinds: UsageKind[]): Promise<UsageKind | undefined> {
    const [row] = await this.manager.query<{ kind: UsageKind | null }[]>(`select used_up($1, $2) as kind`, [
      this.tenantId,
      kinds,
    ]);
    return row?.kind ?? undefined;
  }

  /** How many bytes of files are stored. */
  async storedBytes(): Promise<number> {
    const rows = await this.manager.query<{ bytes: string }[]>(
      'select ready_bytes as bytes from media_storage where tenant_id = $1',
      [this.tenantId],
    );
    return Number(rows[0]?.bytes ?? 0);
  }

  /** What was used in each month from `since` to `until` (any day of them), to the last committed entry. */
  async months(since: string, until: string): Promise<MonthlyUsage[]> {
    const rows = await this.manager.query<{ month: string; kind: UsageKind; quantity: string }[]>(
      `select to_char(month, 'YYYY-MM-DD') as month, kind, sum(quantity) as quantity from (
         select m.month, m.kind, m.quantity from usage_months m where m.tenant_id = $1
          union all
         select usage_month(l.at), l.kind, l.quantity from usage_ledger l
          where l.tenant_id = $1
            and l.at > coalesce((select k.rolled_until from usage_marks k where k.tenant_id = $1), '-infinity')) used
        where month between date_trunc('month', $2::date) and date_trunc('month', $3::date)
        group by 1, 2 order by 1, 2`,
      [this.tenantId, since, until],
    );
    return rows.map((row) => ({ ...row, quantity: Number(row.quantity) }));
  }
}
