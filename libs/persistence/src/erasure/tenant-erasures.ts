import { newId, type Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';
import type { MonthlyUsage } from '../usage/usage.repository.js';

/** How far the erasure of a tenant is. It stays when the tenant is gone, with ids, times and counts alone. */
export interface TenantErasure {
  id: Uuid;
  tenantId: Uuid;
  /** The operator who asked for it. */
  actor: string;
  state: 'waiting' | 'running' | 'done';
  requestedAt: Date;
  finishedAt: Date | null;
  /** How many rows went so far, by table. */
  erased: Record<string, number>;
  /** Files whose objects are still to go; null while nobody has looked. */
  filesLeft: number | null;
  /** What the tenant used in all its time, by month; null until it is added up. */
  used: MonthlyUsage[] | null;
}

/** An erasure that somebody holds. */
export interface HeldErasure extends TenantErasure {
  attempt: number;
  /** How long ago it was asked for when it was taken, in milliseconds. */
  ageMs: number;
}

/** What has come of an erasure since it was last told. */
export interface ErasureProgress {
  erased?: Record<string, number>;
  filesLeft?: number;
  used?: MonthlyUsage[];
}

const FIELDS = `id, tenant_id as "tenantId", actor, state, requested_at as "requestedAt", finished_at as "finishedAt",
  erased, files_left::float8 as "filesLeft", used`;
const HELD = `${FIELDS}, attempt, extract(epoch from clock_timestamp() - requested_at)::float8 * 1000 as "ageMs"`;

/** The erasures of tenants, as jobs: asked for once, held by one worker at a time, gone on with by the next. */
export class TenantErasures {
  constructor(private readonly database: Database) {}

  /** Asks for the erasure of a tenant. Answers the one there is, if it was asked for before. */
  async request(tenantId: Uuid, actor: string): Promise<TenantErasure> {
    await this.database.acrossTenants(
      `insert into tenant_erasures (id, tenant_id, actor) values ($1, $2, $3) on conflict (tenant_id) do nothing`,
      [newId(), tenantId, actor],
    );
    const [row] = await this.read('where tenant_id = $1', [tenantId]);
    return row!;
  }

  async find(id: Uuid): Promise<TenantErasure | undefined> {
    const [row] = await this.read('where id = $1', [id]);
    return row;
  }

  /** The erasures asked for last, the youngest first. */
  async list(limit: number): Promise<TenantErasure[]> {
    return this.read('order by requested_at desc, id limit $1', [limit]);
  }

  /** Takes the erasure that is due longest and that nobody holds, for so many milliseconds. */
  async claim(holdMs: number): Promise<HeldErasure | undefined> {
    const [row] = await this.database.acrossTenants<HeldErasure & Record<string, unknown>>(
      `update tenant_erasures set state = 'running', attempt = attempt + 1,
              due_at = clock_timestamp() + make_interval(secs => $1 / 1000.0)
        where id = (select id from tenant_erasures where state <> 'done' and due_at <= clock_timestamp()
                     order by due_at limit 1 for update skip locked)
      returning ${HELD}`,
      [holdMs],
    );
    return row;
  }

  /** Notes progress and holds on for so many milliseconds. False when somebody else holds it by now. */
  async keep(held: HeldErasure, { erased = {}, filesLeft, used }: ErasureProgress, holdMs: number): Promise<boolean> {
    const rows = await this.database.acrossTenants(
      `update tenant_erasures e set due_at = clock_timestamp() + make_interval(secs => $3 / 1000.0),
              erased = e.erased || (select coalesce(jsonb_object_agg(key, value::bigint + coalesce((e.erased ->> key)::bigint, 0)), '{}')
                                      from jsonb_each_text($4::jsonb)),
              files_left = coalesce($5, e.files_left), used = coalesce($6::jsonb, e.used)
        where e.id = $1 and e.attempt = $2 and e.state = 'running' returning e.id`,
      [
        ...[held.id, held.attempt, holdMs, JSON.stringify(erased), filesLeft ?? null],
        used === undefined ? null : JSON.stringify(used),
      ],
    );
    return rows.length > 0;
  }

  /** Lets go of it for somebody to take after so many milliseconds. */
  async park(held: HeldErasure, forMs: number): Promise<void> {
    await this.database.acrossTenants(
      `update tenant_erasures set state = 'waiting', due_at = clock_timestamp() + make_interval(secs => $3 / 1000.0)
        where id = $1 and attempt = $2 and state = 'running'`,
      [held.id, held.attempt, forMs],
    );
  }

  /** Ends it. */
  async finish(held: HeldErasure): Promise<void> {
    await this.database.acrossTenants(
      `update tenant_erasures set state = 'done', finished_at = clock_timestamp(), files_left = 0
        where id = $1 and attempt = $2 and state = 'running'`,
      [held.id, held.attempt],
    );
  }

  private async read(where: string, values: unknown[]): Promise<TenantErasure[]> {
    return this.database.acrossTenants<TenantErasure & Record<string, unknown>>(
      `select ${FIELDS} from tenant_erasures ${where}`,
      values,
    );
  }
}
