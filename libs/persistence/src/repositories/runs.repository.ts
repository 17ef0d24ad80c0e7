import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { TurnState } from '../turns/turn-machine.js';
import { takesPart } from './takes-part.js';

/** A turn as the run of an agent. */
export interface Run {
  id: Uuid;
  channelId: Uuid;
  messageId: Uuid;
  /** Who asked; null when the message is gone. */
  authorId: Uuid | null;
  state: TurnState;
  attempt: number;
  engine: string | null;
  errorKind: string | null;
  errorMessage: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

/** Which runs are asked for, newest first. */
export interface RunFilter {
  channelId?: Uuid;
  /** Only runs that this entity asked for. */
  authorId?: Uuid;
  /** Only runs in channels this entity takes part in. */
  seenBy?: Uuid;
  /** Only runs in one of these states. */
  states?: TurnState[];
  /** Only runs that failed with this kind of error (true), or with any other or none (false). */
  timedOut?: boolean;
  /** By the time it was begun. */
  from?: Date;
  to?: Date;
}

const COLUMNS = `t.id, t.channel_id as "channelId", t.message_id as "messageId", m.author_id as "authorId", t.state,
  t.attempt, t.engine, t.error_kind as "errorKind", t.error_message as "errorMessage",
  t.input_tokens as "inputTokens", t.output_tokens as "outputTokens", t.created_at as "createdAt",
  t.started_at as "startedAt", t.finished_at as "finishedAt"`;
const MESSAGE = 'left join messages m on m.tenant_id = t.tenant_id and m.id = t.message_id';

const STARTED = 'coalesce(t.started_at, t.created_at)';

const seenIn = (entity: string): string => takesPart({ tenant: '$1', channel: 't.channel_id', entity });

/** The runs of a tenant's agents: its turns, looked at from the agent. */
export class RunsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async page(agentId: Uuid, filter: RunFilter, limit: number): Promise<Run[]> {
    const { where, values } = this.where(agentId, filter);
    return this.manager.query(
      `select ${COLUMNS} from turns t ${MESSAGE} where ${where}
        order by t.created_at desc, t.id desc limit $${values.push(limit)}`,
      values,
    );
  }

  /** How many runs there are; it is not counted beyond `most`. */
  async count(agentId: Uuid, filter: RunFilter, most: number): Promise<number> {
    const { where, values } = this.where(agentId, filter);
    const message = filter.authorId ? MESSAGE : '';
    const [row] = await this.manager.query<{ count: number }[]>(
      `select count(*)::int as count from
         (select from turns t ${message} where ${where} limit $${values.push(most)}) counted`,
      values,
    );
    return row!.count;
  }

  /** @param seenBy only if it is in a channel this entity takes part in */
  async find(agentId: Uuid, id: Uuid, seenBy?: Uuid): Promise<Run | undefined> {
    const [run] = await this.manager.query<Run[]>(
      `select ${COLUMNS} from turns t ${MESSAGE} where t.tenant_id = $1 and t.agent_id = $2 and t.id = $3
          ${seenBy === undefined ? '' : `and ${seenIn('$4')}`}`,
      [this.tenantId, agentId, id, ...(seenBy === undefined ? [] : [seenBy])],
    );
    return run;
  }

  private where(agentId: Uuid, filter: RunFilter): { where: string; values: unknown[] } {
    const values: unknown[] = [this.tenantId, agentId];
    const given = (value: unknown, text: (place: string) => string): string[] =>
      value === undefined ? [] : [text(`$${values.push(value)}`)];
    const conditions = [
      't.tenant_id = $1 and t.agent_id = $2',
      ...given(filter.channelId, (at) => `t.channel_id = ${at}`),
      ...given(filter.authorId, (at) => `m.author_id = ${at}`),
      ...given(filter.seenBy, seenIn),
      ...given(filter.states, (at) => `t.state = any (${at})`),
      ...given(filter.timedOut, (at) => `(t.error_kind is not distinct from 'timeout') = ${at}::boolean`),
      // The index knows when the question came; the answer was begun later, but not by days.
      ...given(
        filter.from,
        (at) => `t.created_at >= ${at}::timestamptz - interval '1 day' and ${STARTED} >= ${at}::timestamptz`,
      ),
      ...given(filter.to, (at) => `${STARTED} <= ${at}`),
    ];
    return { where: conditions.join(' and '), values };
  }
}
