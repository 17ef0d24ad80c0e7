import type { JsonObject, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import { takesPart } from './takes-part.js';

/** A step of what an agent did. */
export interface AgentLog {
  id: Uuid;
  turnId: Uuid | null;
  type: string;
  entityId: Uuid;
  roomId: Uuid;
  body: JsonObject;
  createdAt: Date;
}

/** Which steps are asked for, newest first. */
export interface AgentLogPage {
  limit: number;
  offset: number;
  roomId?: Uuid;
  entityId?: Uuid;
  /** Only steps of turns in channels this entity takes part in. */
  seenBy?: Uuid;
  type?: string;
  /** Steps of these types, or of models with such a part in their type, are left out. */
  excludeTypes?: string[];
  /** Only steps that failed (true) or that did not (false). */
  failed?: boolean;
  from?: Date;
  to?: Date;
  search?: string;
}

/** What the steps of a run amount to. */
export interface RunCounts {
  actions: number;
  modelCalls: number;
  errors: number;
  evaluators: number;
}

const COLUMNS = `id, turn_id as "turnId", type, entity_id as "entityId", room_id as "roomId", body,
  created_at as "createdAt"`;
const FAILED = `body ? 'error'`;

const seenIn = (entity: string): string => `exists (select from turns t where t.tenant_id = $1 and t.id = turn_id
  and ${takesPart({ tenant: '$1', channel: 't.channel_id', entity })})`;

/** What a tenant's agents did, step by step. Steps of turns are written when they are settled. */
export class AgentLogsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async page(agentId: Uuid, page: AgentLogPage): Promise<AgentLog[]> {
    const values: unknown[] = [this.tenantId, agentId, page.limit, page.offset];
    const given = (value: unknown, text: (place: string) => string): string[] =>
      value === undefined ? [] : [text(`$${values.push(value)}`)];
    const conditions = [
      'tenant_id = $1 and agent_id = $2',
      ...given(page.roomId, (at) => `room_id = ${at}`),
      ...given(page.entityId, (at) => `entity_id = ${at}`),
      ...given(page.seenBy, seenIn),
      ...given(page.type, (at) => `type = ${at}`),
      ...given(
        page.excludeTypes,
        (at) => `type <> all (${at}::text[]) and not exists (select from unnest(${at}::text[]) as excluded (part)
          where strpos(coalesce(body ->> 'modelType', ''), excluded.part) > 0)`,
      ),
      ...given(page.failed, (at) => `(${FAILED}) = ${at}::boolean`),
      ...given(page.from, (at) => `created_at >= ${at}`),
      ...given(page.to, (at) => `created_at <= ${at}`),
      ...given(
        page.search?.toLowerCase(),
        (at) => `(strpos(lower(type), ${at}) > 0 or strpos(lower(body::text), ${at}) > 0)`,
      ),
    ];
    return this.manager.query(
      `select ${COLUMNS} from agent_logs where ${conditions.join(' and ')} order by id desc limit $3 offset $4`,
      values,
    );
  }

  /** The steps of a run, oldest first. */
  async ofRun(agentId: Uuid, runId: Uuid, limit: number): Promise<AgentLog[]> {
    return this.manager.query(
      `select ${COLUMNS} from agent_logs where tenant_id = $1 and turn_id = $3 and agent_id = $2 order by id limit $4`,
      [this.tenantId, agentId, runId, limit],
    );
  }

  /** What the steps of these runs amount to; a run without steps is left out. */
  async counts(agentId: Uuid, runIds: Uuid[]): Promise<Map<Uuid, RunCounts>> {
    const rows = await this.manager.query<(RunCounts & { runId: Uuid })[]>(
      `select turn_id as "runId",
              count(*) filter (where type = 'action')::int as actions,
              count(*) filter (where type like 'useModel:%')::int as "modelCalls",
              count(*) filter (where ${FAILED})::int as errors,
              count(*) filter (where type = 'evaluator')::int as evaluators
         from agent_logs where tenant_id = $1 and turn_id = any ($3) and agent_id = $2 group by turn_id`,
      [this.tenantId, agentId, runIds],
    );
    return new Map(rows.map(({ runId, ...counts }) => [runId, counts]));
  }

  /** Deletes a step. Answers whether there was one. */
  async delete(agentId: Uuid, id: Uuid): Promise<boolean> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      'delete from agent_logs where tenant_id = $1 and agent_id = $2 and id = $3',
      [this.tenantId, agentId, id],
    );
    return count > 0;
  }

  /** Takes the texts out of steps older than that, of any agent, `portion` at most; their sizes stay. Answers how many. */
  async forgetTexts(before: Date, portion: number): Promise<number> {
    const sized = (text: string): string => `'(' || length(l.body ->> '${text}') || ' characters)'`;
    const [, count] = await this.manager.query<[unknown[], number]>(
      `update agent_logs l
          set body = (l.body - 'texts') || jsonb_build_object('prompt', ${sized('prompt')}, 'response', ${sized('response')})
         from (select agent_id, id, created_at from agent_logs
                where tenant_id = $1 and created_at < $2 and body ? 'texts' limit $3 for update skip locked) old
        where l.tenant_id = $1 and l.agent_id = old.agent_id and l.id = old.id and l.created_at = old.created_at`,
      [this.tenantId, before, portion],
    );
    return count;
  }
}
