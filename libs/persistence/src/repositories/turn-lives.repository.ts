import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { TurnState } from '../turns/turn-machine.js';

/** Everything that rows tell of a turn. */
export interface ExplainedTurn {
  id: Uuid;
  channelId: Uuid;
  agent: { id: Uuid; name: string | null };
  question: { id: Uuid; seq: number; authorName: string | null; createdAt: string } | null;
  seq: number;
  depth: number;
  state: TurnState;
  head: boolean;
  attempt: number;
  attemptsBefore: number;
  stopAttempt: number | null;
  releaseNo: number;
  worker: string | null;
  errorKind: string | null;
  error: string | null;
  inputTokens: number | null;
  outputTokens: number | null;
  createdAt: Date;
  availableAt: Date;
  releasedAt: Date | null;
  startedAt: Date | null;
  leaseUntil: Date | null;
  finishedAt: Date | null;
  /** Turns of its lane that are before it and not over. */
  ahead: number;
  replies: { id: Uuid; seq: number; createdAt: string }[];
  steps: { type: string; body: JsonObject; createdAt: string }[];
  effects: { key: string; state: string }[];
}

/** Turns as one looks at them who wants to know what became of one. Texts of messages are not among it. */
export class TurnLivesRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** The turn of this id; else those of the message of this id, or the one that made it as its reply. */
  async of(id: Uuid): Promise<ExplainedTurn[]> {
    return this.manager.query<ExplainedTurn[]>(
      `select t.id, t.channel_id as "channelId", jsonb_build_object('id', t.agent_id, 'name', a.name) as agent,
              (select jsonb_build_object('id', m.id, 'seq', m.seq, 'authorName', m.author_name, 'createdAt', m.created_at)
                 from messages m where m.tenant_id = $1 and m.id = t.message_id) as question,
              t.seq::float8 as seq, t.depth, t.state, t.head, t.attempt, t.attempts_before as "attemptsBefore",
              t.stop_attempt as "stopAttempt", t.release_no as "releaseNo", t.worker, t.error_kind as "errorKind",
              t.error_message as error, t.input_tokens as "inputTokens", t.output_tokens as "outputTokens",
              t.created_at as "createdAt", t.available_at as "availableAt", t.released_at as "releasedAt",
              t.started_at as "startedAt", t.lease_until as "leaseUntil", t.finished_at as "finishedAt",
              (select count(*)::int from turns o where o.tenant_id = $1 and o.agent_id = t.agent_id
                  and o.channel_id = t.channel_id and o.seq < t.seq and (o.head or o.state = 'waiting')) as ahead,
              (select coalesce(jsonb_agg(jsonb_build_object('id', m.id, 'seq', m.seq, 'createdAt', m.created_at)
                        order by m.seq), '[]')
                 from messages m where m.tenant_id = $1 and m.in_reply_to = t.message_id and m.author_id = t.agent_id
                  and m.source_type = 'agent_response') as replies,
              (select coalesce(jsonb_agg(jsonb_build_object('type', l.type, 'body', l.body, 'createdAt', l.created_at)
                        order by l.id), '[]')
                 from agent_logs l where l.tenant_id = $1 and l.turn_id = t.id) as steps,
              (select coalesce(jsonb_agg(jsonb_build_object('key', e.key, 'state', e.state) order by e.key), '[]')
                 from turn_effects e where e.tenant_id = $1 and e.turn_id = t.id) as effects
         from turns t left join agents a on a.tenant_id = t.tenant_id and a.id = t.agent_id
        where t.tenant_id = $1
          and (t.id = $2 or t.message_id = $2
               or (t.message_id, t.agent_id) in (select r.in_reply_to, r.author_id from messages r
                    where r.tenant_id = $1 and r.id = $2 and r.source_type = 'agent_response'))
        order by t.seq, t.agent_id`,
      [this.tenantId, id],
    );
  }
}
