import type { JsonObject, MediaPlace, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A file that something is to be made of, and the attempt that may do it. */
export interface ClaimedDerivation extends MediaPlace {
  mediaId: Uuid;
  attempt: number;
  originalName: string;
  type: string;
  size: number;
}

/** A file that was made of another. */
export interface DerivedFile extends MediaPlace {
  id: Uuid;
  originalName: string;
  type: string;
  size: number;
}

/** What was made of a file so far. */
export interface Derivation {
  state: 'waiting' | 'running' | 'done' | 'dead';
  facts: JsonObject;
  words: string | null;
  fault: string | null;
}

const PLACE = `m.owner_kind as "ownerKind", m.owner_id as "ownerId", m.file, m.original_name as "originalName", m.type,
  m.size::float8 as size`;

/** What is made of a tenant's files. Every change names the attempt it belongs to: a later one has taken over otherwise. */
export class DerivationsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Takes a file's derivation that is due, for so many milliseconds; undefined when there is nothing to do. */
  async claim(mediaId: Uuid, leaseMs: number): Promise<ClaimedDerivation | undefined> {
    const [rows] = await this.manager.query<[ClaimedDerivation[]]>(
      `update media_derivations d
          set state = 'running', attempt = d.attempt + 1,
              due_at = clock_timestamp() + make_interval(secs => $3 / 1000.0)
         from media m
        where d.tenant_id = $1 and d.media_id = $2 and d.state in ('waiting', 'running')
          and d.due_at <= clock_timestamp()
          and m.tenant_id = d.tenant_id and m.id = d.media_id and m.state = 'ready'
        returning d.media_id as "mediaId", d.attempt, ${PLACE}`,
      [this.tenantId, mediaId, leaseMs],
    );
    return rows[0];
  }

  /** Keeps what was found out. False when another attempt has taken over. */
  async settle(
    { mediaId, attempt }: Pick<ClaimedDerivation, 'mediaId' | 'attempt'>,
    { facts, words }: { facts: JsonObject; words?: string },
  ): Promise<boolean> {
    const [, changed] = await this.manager.query<[unknown[], number]>(
      `update media_derivations set state = 'done', facts = $4, words = $5, fault = null
        where tenant_id = $1 and media_id = $2 and attempt = $3 and state = 'running'`,
      [this.tenantId, mediaId, attempt, JSON.stringify(facts), words ?? null],
    );
    return changed === 1;
  }

  /** Notes that an attempt failed: it is tried again after so many milliseconds, or never when none are given. */
  async fail(
    { mediaId, attempt }: Pick<ClaimedDerivation, 'mediaId' | 'attempt'>,
    { fault, againMs }: { fault: string; againMs?: number },
  ): Promise<void> {
    await this.manager.query(
      `update media_derivations
          set state = case when $5::float8 is null then 'dead' else 'waiting' end, fault = $4,
              due_at = clock_timestamp() + make_interval(secs => coalesce($5::float8, 0) / 1000.0)
        where tenant_id = $1 and media_id = $2 and attempt = $3 and state = 'running'`,
      [this.tenantId, mediaId, attempt, fault, againMs ?? null],
    );
  }

  /**
   * Takes down that a file made of another is coming; its id, or undefined when there is one already, or neither may be
   * any more. One that is not published in time is swept.
   */
  async reserveFile(from: Uuid, file: DerivedFile, forMs: number): Promise<Uuid | undefined> {
    const rows = await this.manager.query<{ id: Uuid }[]>(
      `insert into media (tenant_id, id, owner_kind, owner_id, file, original_name, type, size, derived_from, expires_at)
       select m.tenant_id, $3, m.owner_kind, m.owner_id, $4, $5, $6, $7, m.id,
              clock_timestamp() + make_interval(secs => $8 / 1000.0)
         from media m where m.tenant_id = $1 and m.id = $2 and m.state = 'ready'
       on conflict (tenant_id, owner_kind, owner_id, file) do update set expires_at = excluded.expires_at
        where media.state = 'pending' and media.derived_from = excluded.derived_from
       returning id`,
      [this.tenantId, from, file.id, file.file, file.originalName, file.type, file.size, forMs],
    );
    return rows[0]?.id;
  }

  async find(mediaId: Uuid): Promise<Derivation | undefined> {
    const [row] = await this.manager.query<Derivation[]>(
      'select state, facts, words, fault from media_derivations where tenant_id = $1 and media_id = $2',
      [this.tenantId, mediaId],
    );
    return row;
  }

  /** The files that were made of one and may be seen. */
  async files(mediaId: Uuid): Promise<DerivedFile[]> {
    return this.manager.query(
      `select m.id, ${PLACE} from media m
        where m.tenant_id = $1 and m.derived_from = $2 and m.state = 'ready' order by m.file`,
      [this.tenantId, mediaId],
    );
  }
}
