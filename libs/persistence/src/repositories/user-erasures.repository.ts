import { newId, type Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** How far the erasure of an end user is. */
export interface UserErasure {
  id: Uuid;
  entityId: Uuid;
  state: 'waiting' | 'running' | 'done';
  requestedAt: Date;
  finishedAt: Date | null;
  /** How many of what kind went so far. */
  erased: Record<string, number>;
}

/** An erasure that somebody holds. */
export interface HeldUserErasure extends UserErasure {
  attempt: number;
}

const FIELDS = `id, entity_id as "entityId", state, requested_at as "requestedAt", finished_at as "finishedAt", erased`;

/** The erasures of a tenant's end users, as jobs: held by one worker at a time, gone on with by the next. */
export class UserErasuresRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Asks for it. Answers the one that is under way, if there is one. */
  async request(entityId: Uuid): Promise<UserErasure> {
    await this.manager.query(
      'insert into user_erasures (tenant_id, id, entity_id) values ($1, $2, $3) on conflict do nothing',
      [this.tenantId, newId(), entityId],
    );
    const [row] = await this.manager.query<UserErasure[]>(
      `select ${FIELDS} from user_erasures where tenant_id = $1 and entity_id = $2 order by requested_at desc limit 1`,
      [this.tenantId, entityId],
    );
    return row!;
  }

  async find(id: Uuid): Promise<UserErasure | undefined> {
    const [row] = await this.manager.query<UserErasure[]>(
      `select ${FIELDS} from user_erasures where tenant_id = $1 and id = $2`,
      [this.tenantId, id],
    );
    return row;
  }

  /** Takes it for so many milliseconds, unless somebody holds it or it is done. */
  async claim(id: Uuid, holdMs: number): Promise<HeldUserErasure | undefined> {
    const [[row]] = await this.manager.query<[HeldUserErasure[]]>(
      `update user_erasures set state = 'running', attempt = attempt + 1,
              due_at = clock_timestamp() + make_interval(secs => $3 / 1000.0)
        where tenant_id = $1 and id = $2 and state <> 'done' and due_at <= clock_timestamp()
       returning ${FIELDS}, attempt`,
      [this.tenantId, id, holdMs],
    );
    return row;
  }

  /** Notes what went and holds on, or ends it. False when somebody else holds it by now. */
  async keep(
    held: HeldUserErasure,
    { erased = {}, holdMs, done = false }: { erased?: Record<string, number>; holdMs: number; done?: boolean },
  ): Promise<boolean> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      `update user_erasures e set due_at = clock_timestamp() + make_interval(secs => $4 / 1000.0),
              state = case when $6 then 'done' else e.state end,
              finished_at = case when $6 then clock_timestamp() end,
              erased = e.erased || (select coalesce(jsonb_object_agg(key, value::bigint + coalesce((e.erased ->> key)::bigint, 0)), '{}')
                                      from jsonb_each_text($5::jsonb))
        where e.tenant_id = $1 and e.id = $2 and e.attempt = $3 and e.state = 'running'`,
      [this.tenantId, held.id, held.attempt, holdMs, JSON.stringify(erased), done],
    );
    return count === 1;
  }
}
