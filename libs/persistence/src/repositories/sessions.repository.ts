import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** How long a session lasts, in minutes. */
export interface SessionLimits {
  timeoutMinutes: number;
  /** Whether every message prolongs it. */
  autoRenew: boolean;
  /** However often it is renewed, it ends so long after it began. */
  maxDurationMinutes: number;
  /** So long before its end it counts as near it. */
  warningThresholdMinutes: number;
}

/** What a new session is made of. */
export interface NewSession extends SessionLimits {
  id: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  userId: Uuid;
  metadata: JsonObject;
}

/** A session as it is by the clock of Postgres. */
export interface Session extends NewSession {
  createdAt: Date;
  lastActivityAt: Date;
  expiresAt: Date;
  renewalCount: number;
  /** Milliseconds until it ends; below zero when it is over. */
  remainingMs: number;
}

/** How many sessions there are. */
export interface SessionCounts {
  total: number;
  active: number;
  /** Active ones that end within their warning threshold. */
  expiringSoon: number;
}

const FIELDS = `id, channel_id as "channelId", agent_id as "agentId", user_id as "userId", metadata,
  timeout_minutes as "timeoutMinutes", auto_renew as "autoRenew", max_duration_minutes as "maxDurationMinutes",
  warning_threshold_minutes as "warningThresholdMinutes", created_at as "createdAt",
  last_activity_at as "lastActivityAt", expires_at as "expiresAt", renewal_count as "renewalCount",
  round(extract(epoch from expires_at - clock_timestamp()) * 1000)::float8 as "remainingMs"`;

const ACTIVE = 'expires_at > clock_timestamp()';
const minutes = (column: string): string => `make_interval(secs => ${column} * 60)`;
const LATEST_END = `created_at + ${minutes('max_duration_minutes')}`;

/** A tenant's sessions. All times are those of Postgres, so that every gateway agrees on what is over. */
export class SessionsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Begins a session. */
  async insert(session: NewSession): Promise<Session> {
    const [row] = await this.manager.query<Session[]>(
      `insert into sessions (tenant_id, id, channel_id, agent_id, user_id, metadata, timeout_minutes, auto_renew,
          max_duration_minutes, warning_threshold_minutes, created_at, last_activity_at, expires_at)
       select $1, $2, $3, $4, $5, $6, $7::float8, $8, $9::float8, $10, at, at,
              at + make_interval(secs => least($7::float8, $9::float8) * 60)
         from date_trunc('milliseconds', clock_timestamp()) as at
       returning ${FIELDS}`,
      [
        this.tenantId,
        session.id,
        session.channelId,
        session.agentId,
        session.userId,
        JSON.stringify(session.metadata),
        session.timeoutMinutes,
        session.autoRenew,
        session.maxDurationMinutes,
        session.warningThresholdMinutes,
      ],
    );
    return row!;
  }

  /**
   * The session, also one that is over.
   *
   * @param userId only if it is this user's
   */
  async find(id: Uuid, userId?: Uuid): Promise<Session | undefined> {
    const [row] = await this.manager.query<Session[]>(
      `select ${FIELDS} from sessions where tenant_id = $1 and id = $2 and ($3::uuid is null or user_id = $3)`,
      [this.tenantId, id, userId ?? null],
    );
    return row;
  }

  /**
   * Prolongs a session from now on, never past its longest duration. Undefined when there is none that lasts and may
   * be renewed by itself; with `even` also one that is only renewed on demand.
   *
   * @param userId only if it is this user's
   */
  async renew(id: Uuid, { even, userId }: { even: boolean; userId?: Uuid }): Promise<Session | undefined> {
    return this.change(
      `update sessions
          set last_activity_at = date_trunc('milliseconds', clock_timestamp()), renewal_count = renewal_count + 1,
              expires_at = least(date_trunc('milliseconds', clock_timestamp()) + ${minutes('timeout_minutes')}, ${LATEST_END})
        where tenant_id = $1 and id = $2 and ${ACTIVE} and (auto_renew or $3::boolean) and clock_timestamp() < ${LATEST_END}
          and ($4::uuid is null or user_id = $4)
        returning ${FIELDS}`,
      [id, even, userId ?? null],
    );
  }

  /**
   * Notes that something happened in a session that lasts.
   *
   * @param userId only if it is this user's
   */
  async touch(id: Uuid, userId?: Uuid): Promise<Session | undefined> {
    return this.change(
      `update sessions set last_activity_at = date_trunc('milliseconds', clock_timestamp())
        where tenant_id = $1 and id = $2 and ${ACTIVE} and ($3::uuid is null or user_id = $3) returning ${FIELDS}`,
      [id, userId ?? null],
    );
  }

  /** Changes how long a session lasts, and with it when it ends. */
  async setLimits(id: Uuid, limits: SessionLimits): Promise<Session | undefined> {
    return this.change(
      `update sessions
          set timeout_minutes = $3::float8, auto_renew = $4::boolean, max_duration_minutes = $5::float8, warning_threshold_minutes = $6,
              expires_at = least(case when $4::boolean then last_activity_at else created_at end + make_interval(secs => $3::float8 * 60),
                                 created_at + make_interval(secs => $5::float8 * 60))
        where tenant_id = $1 and id = $2 and ${ACTIVE} returning ${FIELDS}`,
      [id, limits.timeoutMinutes, limits.autoRenew, limits.maxDurationMinutes, limits.warningThresholdMinutes],
    );
  }

  /** Ends sessions; what was said stays in their channels. Answers how many there were. */
  async delete(ids: Uuid[]): Promise<number> {
    const rows = await this.manager.query<[unknown[], number]>(
      'delete from sessions where tenant_id = $1 and id = any ($2)',
      [this.tenantId, ids],
    );
    return rows[1];
  }

  /** Sessions that last, the newest first. */
  async list({ userId, limit }: { userId?: Uuid; limit: number }): Promise<Session[]> {
    return this.manager.query<Session[]>(
      `select ${FIELDS} from sessions where tenant_id = $1 and ${ACTIVE} ${userId ? 'and user_id = $3' : ''}
        order by created_at desc limit $2`,
      [this.tenantId, limit, ...(userId ? [userId] : [])],
    );
  }

  async count(userId?: Uuid): Promise<SessionCounts> {
    const [row] = await this.manager.query<SessionCounts[]>(
      `select count(*)::int as total, (count(*) filter (where ${ACTIVE}))::int as active,
              (count(*) filter (where ${ACTIVE} and expires_at - clock_timestamp()
                <= ${minutes('warning_threshold_minutes')}))::int as "expiringSoon"
         from sessions where tenant_id = $1 ${userId ? 'and user_id = $2' : ''}`,
      [this.tenantId, ...(userId ? [userId] : [])],
    );
    return row!;
  }

  /** TypeORM answers an update with its rows and their number. */
  private async change(text: string, values: unknown[]): Promise<Session | undefined> {
    const [rows] = await this.manager.query<[Session[], number]>(text, [this.tenantId, ...values]);
    return rows[0];
  }
}
