import type { Json, JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { TurnState } from '../turns/turn-machine.js';

/** A turn, and what its agent answered. */
export interface AnsweredTurn {
  id: Uuid;
  agentId: Uuid;
  messageId: Uuid;
  state: TurnState;
  error: string | null;
  errorKind: string | null;
  /** In the order they were said. */
  replies: TurnReply[];
}

/** A reply as it is stored. */
export interface TurnReply {
  id: Uuid;
  seq: number;
  text: string;
  raw: JsonObject | null;
}

/** A turn of a message whose answers were cancelled. */
export interface StoppedTurn {
  turnId: Uuid;
  agentId: Uuid;
  attempt: number;
  /** `stopping`: it was running, and its worker was asked to end it. */
  state: Exclude<TurnState, 'waiting' | 'released' | 'running'> | 'stopping';
  /** Whether this call did it. */
  changed: boolean;
}

/** A tenant's turns. They change through `TurnPath`; here they are looked at, and their side effects are noted. */
export class TurnsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** The turns of these messages with the replies of those that are completed. */
  async ofMessages(messageIds: Uuid[]): Promise<AnsweredTurn[]> {
    return this.manager.query<AnsweredTurn[]>(
      `select t.id, t.agent_id as "agentId", t.message_id as "messageId", t.state, t.error_message as error,
              t.error_kind as "errorKind",
              case when t.state = 'completed' then
                (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'seq', m.seq, 'text', m.content,
                          'raw', m.raw_message) order by m.seq), '[]')
                   from messages m
                  where m.tenant_id = t.tenant_id and m.in_reply_to = t.message_id and m.author_id = t.agent_id
                    and m.source_type = 'agent_response')
                else '[]' end as replies
         from turns t
        where t.tenant_id = $1 and t.message_id = any ($2)
        order by t.seq, t.agent_id`,
      [this.tenantId, messageIds],
    );
  }

  /** Notes that a side effect begins. Answers what is known of it when it has been begun before. */
  async beginEffect(turnId: Uuid, key: string): Promise<{ done: boolean; result: Json } | undefined> {
    const inserted = await this.manager.query<unknown[]>(
      `insert into turn_effects (tenant_id, turn_id, key, state) values ($1, $2, $3, 'started')
       on conflict do nothing returning key`,
      [this.tenantId, turnId, key],
    );
    if (inserted.length > 0) return undefined;
    const [known] = await this.manager.query<{ state: string; result: Json }[]>(
      'select state, result from turn_effects where tenant_id = $1 and turn_id = $2 and key = $3',
      [this.tenantId, turnId, key],
    );
    return { done: known?.state === 'done', result: known?.result ?? null };
  }

  /** Notes the result of a side effect. */
  async finishEffect(turnId: Uuid, key: string, result: JsonObject): Promise<void> {
    await this.manager.query(
      `update turn_effects set state = 'done', result = $4 where tenant_id = $1 and turn_id = $2 and key = $3`,
      [this.tenantId, turnId, key, JSON.stringify(result)],
    );
  }

  /** Cancels the answers to a message, of one agent or of all: those that wait at once, a running one by its worker. */
  async cancelAnswers(channelId: Uuid, messageId: Uuid, agentId?: Uuid): Promise<StoppedTurn[]> {
    return this.manager.query<StoppedTurn[]>(
      `select turn_id as "turnId", agent_id as "agentId", attempt, state, changed from cancel_answers($1, $2, $3, $4)`,
      [this.tenantId, channelId, messageId, agentId ?? null],
    );
  }

  /** Cancels all unfinished turns of one of the channels that have some. Answers whether there was one. */
  async cancelSome(reason: string): Promise<boolean> {
    const rows = await this.manager.query<unknown[]>(
      `select cancel_turns($1, t.channel_id, null, null, $2)
         from (select channel_id from turns where tenant_id = $1 and head limit 1) t`,
      [this.tenantId, reason],
    );
    return rows.length > 0;
  }
}
