import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** An act, on its way into the log. */
export interface AuditAct {
  actorKind: string;
  actor: string;
  address?: string;
  /** A noun and a verb, such as `agent.create`. */
  action: string;
  objectType?: string;
  objectId?: string;
  /** `done`, or the code of the error the caller was told. */
  outcome: string;
  requestId?: string;
}

/** An act as it stands in the log. */
export interface AuditEntry extends AuditAct {
  at: Date;
  place: AuditPlace;
}

/** Where an entry stands: its time to the microsecond, since 1970, and its number. */
export interface AuditPlace {
  micros: number;
  entry: number;
}

/** Which entries are asked for; what is left out does not narrow. */
export interface AuditFilter {
  since?: Date;
  until?: Date;
  action?: string;
  actor?: string;
  objectId?: string;
  /** Only entries older than this one. */
  before?: AuditPlace;
  limit: number;
}

/** Where an entry stands, in SQL. */
export const AUDIT_PLACE = `jsonb_build_object('micros', (extract(epoch from at) * 1000000)::bigint, 'entry', entry)`;

/** What is told of an entry of a log. */
export const AUDIT_FIELDS = `at, ${AUDIT_PLACE} as place, actor_kind as "actorKind", actor, address, action,
  object_type as "objectType", object_id as "objectId", outcome, request_id as "requestId"`;

/** A tenant's log of who did what. Entries are added and read, never changed. */
export class AuditRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  async append(act: AuditAct): Promise<void> {
    await this.manager.query(
      `insert into audit_log (tenant_id, actor_kind, actor, address, action, object_type, object_id, outcome, request_id)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        this.tenantId,
        act.actorKind,
        act.actor,
        act.address ?? null,
        act.action,
        act.objectType ?? null,
        act.objectId ?? null,
        act.outcome,
        act.requestId ?? null,
      ],
    );
  }

  /** Newest first. */
  async page(filter: AuditFilter): Promise<AuditEntry[]> {
    const { since, until, action, actor, objectId, before, limit } = filter;
    return this.manager.query<AuditEntry[]>(
      `select ${AUDIT_FIELDS} from audit_log
        where tenant_id = $1
          and at >= coalesce($2::timestamptz, '-infinity') and at < coalesce($3::timestamptz, 'infinity')
          and ($4::text is null or action = $4) and ($5::text is null or actor = $5)
          and ($6::text is null or object_id = $6)
          and ($7::bigint is null
               or (at, entry) < (timestamptz 'epoch' + $7::bigint * interval '1 microsecond', $8::bigint))
        order by at desc, entry desc limit $9`,
      [
        ...[this.tenantId, since ?? null, until ?? null, action ?? null, actor ?? null, objectId ?? null],
        ...[before?.micros ?? null, before?.entry ?? null, limit],
      ],
    );
  }

  /** The entries that stand in these places. */
  async at(places: AuditPlace[]): Promise<AuditEntry[]> {
    return this.manager.query<AuditEntry[]>(
      `select ${AUDIT_FIELDS} from audit_log
        where tenant_id = $1 and (at, entry) in
          (select timestamptz 'epoch' + micros * interval '1 microsecond', place from unnest($2::bigint[], $3::bigint[]) as p (micros, place))`,
      [this.tenantId, places.map(({ micros }) => micros), places.map(({ entry }) => entry)],
    );
  }
}
