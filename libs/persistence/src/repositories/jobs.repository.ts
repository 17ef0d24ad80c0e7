import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** How far a job is. The last three are final. */
export const JOB_STATES = ['pending', 'processing', 'completed', 'failed', 'timeout'] as const;
export type JobState = (typeof JOB_STATES)[number];

/** What a new job is made of. */
export interface NewJob {
  id: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  userId: Uuid;
  content: string;
  metadata: JsonObject;
  timeoutMs: number;
}

/** A job as its turn has it at the moment. */
export interface Job extends Omit<NewJob, 'timeoutMs'> {
  createdAt: Date;
  expiresAt: Date;
  status: JobState;
  error: string | null;
  /** The answer, once there is one. */
  reply: { id: Uuid; content: string; authorId: Uuid; createdAt: number; metadata: JsonObject } | null;
  /** From the question to its answer. */
  processingMs: number | null;
}

/** Which jobs are asked for. */
export interface JobFilter {
  userId?: Uuid;
  status?: JobState;
}

/** The newest jobs are summed up; there may be many more. */
const SUMMED_UP = 10_000;

/**
 * A job is as far as the turn of the first message in its channel. What it said while it worked ("Executing action: …")
 * counts as its answer only when nothing else came. An answer behind the job's time is none: a status that is final
 * stays.
 */
const JOBS = `
  select j.id, j.channel_id as "channelId", j.agent_id as "agentId", j.user_id as "userId", j.content, j.metadata,
         j.created_at as "createdAt", j.expires_at as "expiresAt",
         s.status, case when s.status = 'completed' then r.reply end as reply,
         case s.status when 'failed' then coalesce(t.error_message, 'The agent gave no answer')
                       when 'timeout' then 'The job took longer than it may' end as error,
         case when s.status = 'completed'
           then round(extract(epoch from t.finished_at - j.created_at) * 1000)::float8 end as "processingMs"
    from jobs j
    left join lateral (
      select o.state, o.attempt, o.finished_at, o.error_message, o.message_id from turns o
       where o.tenant_id = j.tenant_id and o.channel_id = j.channel_id and o.agent_id = j.agent_id
       order by o.seq limit 1) t on true
    left join lateral (
      select jsonb_build_object('id', m.id, 'content', m.content, 'authorId', m.author_id, 'metadata', m.metadata,
               'createdAt', round(extract(epoch from m.created_at) * 1000)) as reply
        from messages m
       where m.tenant_id = j.tenant_id and m.in_reply_to = t.message_id and m.author_id = j.agent_id
       order by starts_with(m.content, 'Executing action:'), m.seq limit 1) r on t.state = 'completed'
   cross join lateral (
      select case
        when coalesce(t.finished_at, clock_timestamp()) > j.expires_at then 'timeout'
        when t.state = 'completed' and r.reply is not null then 'completed'
        when t.state in ('completed', 'failed', 'cancelled', 'discarded') then 'failed'
        when t.state = 'running' or t.attempt > 0 then 'processing'
        else 'pending' end as status) s
   where j.tenant_id = $1`;

/** A tenant's jobs. */
export class JobsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async insert(job: NewJob): Promise<void> {
    await this.manager.query(
      `insert into jobs (tenant_id, id, channel_id, agent_id, user_id, content, metadata, created_at, expires_at)
       select $1, $2, $3, $4, $5, $6, $7, at, at + make_interval(secs => $8 / 1000.0)
         from date_trunc('milliseconds', clock_timestamp()) as at`,
      [
        this.tenantId,
        job.id,
        job.channelId,
        job.agentId,
        job.userId,
        job.content,
        JSON.stringify(job.metadata),
        job.timeoutMs,
      ],
    );
  }

  /** @param userId only if it is this user's */
  async find(id: Uuid, userId?: Uuid): Promise<Job | undefined> {
    const { where, values } = filtered({ userId }, 3);
    const [row] = await this.manager.query<Job[]>(`${JOBS} and j.id = $2 ${where}`, [this.tenantId, id, ...values]);
    return row;
  }

  /** The newest jobs first. */
  async list({ limit, ...filter }: JobFilter & { limit: number }): Promise<Job[]> {
    const { where, values } = filtered(filter, 3);
    return this.manager.query<Job[]>(`${JOBS} ${where} order by j.created_at desc limit $2`, [
      this.tenantId,
      limit,
      ...values,
    ]);
  }

  /** How many jobs fit. */
  async count(filter: JobFilter): Promise<number> {
    const { where, values } = filtered(filter, 2);
    const [row] = await this.manager.query<{ count: number }[]>(
      `select count(*)::int as count from (${JOBS} ${where}) fitting`,
      [this.tenantId, ...values],
    );
    return row!.count;
  }

  /** Of the newest jobs, or those of one user, how many are how far, and how long the completed ones took on average. */
  async metrics(userId?: Uuid): Promise<{ status: JobState; count: number; averageMs: number | null }[]> {
    const { where, values } = filtered({ userId }, 2);
    return this.manager.query(
      `select status, count(*)::int as count, avg("processingMs")::float8 as "averageMs"
         from (${JOBS} ${where} order by j.created_at desc limit ${SUMMED_UP}) newest group by status`,
      [this.tenantId, ...values],
    );
  }

  /** Forgets jobs; what was said stays in their channels. */
  async delete(ids: Uuid[]): Promise<void> {
    await this.manager.query('delete from jobs where tenant_id = $1 and id = any ($2)', [this.tenantId, ids]);
  }
}

function filtered({ userId, status }: JobFilter, from: number): { where: string; values: unknown[] } {
  const conditions = [
    ['j.user_id', userId],
    ['s.status', status],
  ].filter(([, value]) => value !== undefined);
  const where = conditions.map(([column], index) => `and ${column} = $${from + index}`).join(' ');
  return { where, values: conditions.map(([, value]) => value) };
}
