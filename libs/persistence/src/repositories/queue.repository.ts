import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { TurnState } from '../turns/turn-machine.js';

/** States of a turn that somebody may still do something about. */
export const OPEN_STATES = ['waiting', 'released', 'running', 'failed'] as const;
export type OpenState = (typeof OPEN_STATES)[number];

/** A turn as an operator sees it: ids, states, places and times, and nothing that anybody said. */
export interface QueuedTurnView {
  id: Uuid;
  agentId: Uuid;
  channelId: Uuid;
  messageId: Uuid;
  /** The place of its message in the channel. */
  seq: number;
  state: TurnState;
  /** Whether it is the one of its agent and channel that goes next. */
  head: boolean;
  attempt: number;
  /** So many of its attempts were before it was last tried anew. */
  attemptsBefore: number;
  errorKind: string | null;
  worker: string | null;
  createdAt: Date;
  availableAt: Date;
  releasedAt: Date | null;
  startedAt: Date | null;
  leaseUntil: Date | null;
  finishedAt: Date | null;
}

/** A turn with what came of it so far. */
export interface TurnLife extends QueuedTurnView {
  engine: string | null;
  /** How many agents' answers lie between it and a person's message. */
  depth: number;
  releases: number;
  inputTokens: number | null;
  outputTokens: number | null;
  /** Side effects that it has begun. */
  effects: number;
  /** Its agent's answers to the message. */
  replyIds: Uuid[];
  /** What its attempts did: the kinds of steps, oldest first, 200 at most. */
  steps: { type: string; at: Date }[];
}

/** Which turns are listed, oldest first. */
export interface QueueFilter {
  state: OpenState;
  /** Only turns that failed in this way. */
  errorKind?: string;
  /** Only turns of messages before. */
  until?: Date;
  /** Only turns behind this one. */
  after?: { createdAt: Date; id: Uuid };
  limit: number;
}

/** Why a turn is not tried anew, or that it is. */
export type Revival = 'revived' | 'not_found' | 'not_dead' | 'message_gone' | 'agent_stopped' | 'agent_left';

/** A turn that was taken off. */
export interface DiscardedTurn {
  /** The state it was in. */
  state: OpenState;
  agentId: Uuid;
  channelId: Uuid;
  attempt: number;
}

const FIELDS = `t.id, t.agent_id as "agentId", t.channel_id as "channelId", t.message_id as "messageId", t.seq::float8 as seq,
  t.state, t.head, t.attempt, t.attempts_before as "attemptsBefore", t.error_kind as "errorKind", t.worker,
  t.created_at as "createdAt", t.available_at as "availableAt", t.released_at as "releasedAt",
  t.started_at as "startedAt", t.lease_until as "leaseUntil", t.finished_at as "finishedAt"`;

/** A tenant's turns as operators see and mend them. */
export class QueueRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async page({ state, errorKind, until, after, limit }: QueueFilter): Promise<QueuedTurnView[]> {
    return this.manager.query<QueuedTurnView[]>(
      `select ${FIELDS} from turns t
        where t.tenant_id = $1 and t.state = $2 and ($3::text is null or t.error_kind = $3)
          and ($4::timestamptz is null or t.created_at < $4)
          and ($5::timestamptz is null or (t.created_at, t.id) > ($5, $6::uuid))
        order by t.created_at, t.id limit $7`,
      [
        ...[this.tenantId, state, errorKind ?? null, until ?? null],
        ...[after?.createdAt ?? null, after?.id ?? null, limit],
      ],
    );
  }

  async find(id: Uuid): Promise<TurnLife | undefined> {
    const [turn] = await this.manager.query<TurnLife[]>(
      `select ${FIELDS}, t.engine, t.depth, t.release_no as releases, t.input_tokens as "inputTokens",
              t.output_tokens as "outputTokens",
              (select count(*)::int from turn_effects e where e.tenant_id = t.tenant_id and e.turn_id = t.id) as effects,
              array(select m.id from messages m
                     where m.tenant_id = t.tenant_id and m.in_reply_to = t.message_id and m.author_id = t.agent_id
                       and m.source_type = 'agent_response' order by m.seq) as "replyIds",
              (select coalesce(jsonb_agg(s), '[]') from
                 (select l.type, l.created_at as at from agent_logs l
                   where l.tenant_id = t.tenant_id and l.turn_id = t.id order by l.id limit 200) s) as steps
         from turns t where t.tenant_id = $1 and t.id = $2`,
      [this.tenantId, id],
    );
    return turn && { ...turn, steps: turn.steps.map(({ type, at }) => ({ type, at: new Date(at) })) };
  }

  /** Has a failed turn tried anew: it goes back into its lane, and has all its attempts again. */
  async revive(id: Uuid): Promise<Revival> {
    const [row] = await this.manager.query<{ outcome: Revival }[]>('select revive_turn($1, $2) as outcome', [
      this.tenantId,
      id,
    ]);
    return row!.outcome;
  }

  /** Takes a turn off for good. Undefined when it is over, unless it failed, or there is none. */
  async discard(id: Uuid): Promise<DiscardedTurn | undefined> {
    const [turn] = await this.manager.query<DiscardedTurn[]>(
      `select state, agent_id as "agentId", channel_id as "channelId", attempt from discard_turn($1, $2)`,
      [this.tenantId, id],
    );
    return turn;
  }
}
