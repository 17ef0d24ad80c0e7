import type { MediaOwnerKind, MediaPlace, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A file that has to go, in the hands of whoever claimed it. */
export interface SweptMedia extends MediaPlace {
  id: Uuid;
  /** It was never whole: parts of it may be left. */
  neverWhole: boolean;
}

/** A file as its row has it, whatever its state. */
export interface KnownMedia extends MediaPlace {
  tenantId: Uuid;
  id: Uuid;
  state: 'pending' | 'ready' | 'deleting';
  size: number;
}

const KNOWN = `tenant_id as "tenantId", id, owner_kind as "ownerKind", owner_id as "ownerId", file, state,
  size::float8 as size`;

/** A call to S3 that was begun for an upload may end so long after it. */
const LATE = '2 minutes';

/** A tenant's files, apart from their course from upload to reader (`MediaPath`). */
export class MediaRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Gives up a file that was not published; after so many milliseconds it is swept. */
  async doom(id: Uuid, afterMs = 0): Promise<void> {
    await this.manager.query(
      `update media set state = 'deleting', expires_at = clock_timestamp() + make_interval(secs => $3 / 1000.0)
        where tenant_id = $1 and id = $2 and state = 'pending'`,
      [this.tenantId, id, afterMs],
    );
  }

  /** Forgets a file whose object is gone. */
  async forget(id: Uuid): Promise<void> {
    await this.manager.query(`delete from media where tenant_id = $1 and id = $2 and state = 'deleting'`, [
      this.tenantId,
      id,
    ]);
  }

  /**
   * Takes those of these files that are due to go, for so many milliseconds. One that was on its way until now is only
   * given up: it is due when nothing can come after it any more.
   */
  async claimSwept(ids: Uuid[], leaseMs: number): Promise<SweptMedia[]> {
    const [rows] = await this.manager.query<[(SweptMedia & { was: string })[]]>(
      `update media m set state = 'deleting',
              expires_at = clock_timestamp() + case due.was when 'pending' then interval '${LATE}'
                else make_interval(secs => $3 / 1000.0) end
         from (select d.id, d.state as was from media d
                where d.tenant_id = $1 and d.id = any ($2) and d.state <> 'ready' and d.expires_at <= clock_timestamp()
                order by d.id for update skip locked) due
        where m.tenant_id = $1 and m.id = due.id
        returning m.id, due.was, m.owner_kind as "ownerKind", m.owner_id as "ownerId", m.file,
          m.checksum is null as "neverWhole"`,
      [this.tenantId, ids, leaseMs],
    );
    return rows.filter(({ was }) => was === 'deleting').map(({ was: _, ...swept }) => swept);
  }

  /** Whether a file is on its way to this place. */
  async isComing({ ownerKind, ownerId, file }: MediaPlace): Promise<boolean> {
    const rows: unknown[] = await this.manager.query(
      `select from media where tenant_id = $1 and owner_kind = $2 and owner_id = $3 and file = $4 and state = 'pending'`,
      [this.tenantId, ownerKind, ownerId, file],
    );
    return rows.length > 0;
  }

  /** Makes a place free that something was only on its way to. False when a file is there, or is being deleted. */
  async takeBack({ ownerKind, ownerId, file }: MediaPlace): Promise<boolean> {
    const place = 'tenant_id = $1 and owner_kind = $2 and owner_id = $3 and file = $4';
    const values = [this.tenantId, ownerKind, ownerId, file];
    await this.manager.query(`delete from media where ${place} and state = 'pending'`, values);
    const rows: unknown[] = await this.manager.query(`select from media where ${place}`, values);
    return rows.length === 0;
  }

  /** Leaves so many files to the sweeper, those still on their way two minutes later. Answers how many. */
  async giveUp(portion: number): Promise<number> {
    const [, count] = await this.manager.query<[unknown[], number]>(
      `update media set state = 'deleting',
              expires_at = clock_timestamp() + case state when 'pending' then interval '${LATE}' else interval '0' end
        where tenant_id = $1 and id = any (array(
          select id from media where tenant_id = $1 and state <> 'deleting' limit $2 for update))`,
      [this.tenantId, portion],
    );
    return count;
  }

  /** How many files there are, in whatever state. */
  async count(): Promise<number> {
    const [row] = await this.manager.query<{ files: number }[]>(
      'select count(*)::float8 as files from media where tenant_id = $1',
      [this.tenantId],
    );
    return row!.files;
  }

  /** The file of a place, whatever its state. */
  async findAt({ ownerKind, ownerId, file }: MediaPlace): Promise<KnownMedia | undefined> {
    const [row] = await this.manager.query<KnownMedia[]>(
      `select ${KNOWN} from media where tenant_id = $1 and owner_kind = $2 and owner_id = $3 and file = $4`,
      [this.tenantId, ownerKind, ownerId, file],
    );
    return row;
  }

  /** Files of one kind of owner in the order of their keys, behind one of them. */
  async page(
    ownerKind: MediaOwnerKind,
    { after, limit }: { after?: Pick<MediaPlace, 'ownerId' | 'file'>; limit: number },
  ): Promise<KnownMedia[]> {
    return this.manager.query(
      `select ${KNOWN} from media
        where tenant_id = $1 and owner_kind = $2
          and ($3::uuid is null or (owner_id >= $3 and (owner_id > $3 or file collate "C" > $4)))
        order by owner_id, file collate "C" limit $5`,
      [this.tenantId, ownerKind, after?.ownerId ?? null, after?.file ?? null, limit],
    );
  }

  /** Lets go a file that could be seen, because there is nothing to be seen. */
  async letGo(id: Uuid): Promise<void> {
    await this.manager.query(
      `update media set state = 'deleting', expires_at = clock_timestamp()
        where tenant_id = $1 and id = $2 and state = 'ready'`,
      [this.tenantId, id],
    );
  }
}
