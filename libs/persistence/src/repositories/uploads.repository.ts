import type { ErrorCode, MediaPlace, Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** How the bytes of an upload come: in one form, straight to S3, or in parts. */
export type UploadWay = 'form' | 'parts';

/** An upload that begins. */
export interface NewUpload extends MediaPlace {
  /** Its file's id. */
  id: Uuid;
  way: UploadWay;
  originalName: string;
  /** In bytes, exactly. */
  size: number;
  /** What its uploader says it is. */
  type: string;
  /** sha256 in hexadecimal, where its uploader knows it */
  checksum?: string;
  uploaderId?: Uuid;
}

/** Why an upload was refused, as its uploader is told. */
export interface UploadFault {
  code: ErrorCode;
  message: string;
  details?: unknown;
}

/** An upload. */
export interface UploadRow extends MediaPlace {
  id: Uuid;
  way: UploadWay;
  originalName: string;
  size: number;
  /** What its uploader says it is; once it is ready, what it is. */
  type: string;
  checksum: string | null;
  uploaderId: Uuid | null;
  s3UploadId: string | null;
  state: 'open' | 'ready' | 'refused' | 'aborted';
  /** Whether somebody is completing it just now. */
  completing: boolean;
  fault: UploadFault | null;
  expiresAt: Date;
}

/** What an upload turned out to be. */
export interface FoundFile {
  type: string;
  /** sha256 in hexadecimal */
  checksum: string;
}

const COLUMNS = `u.id, u.way, u.owner_kind as "ownerKind", u.owner_id as "ownerId", u.file,
  u.original_name as "originalName", u.size::float8 as size, u.type, u.checksum,
  u.uploader_id as "uploaderId", u.s3_upload_id as "s3UploadId", u.state,
  coalesce(u.completing_until > clock_timestamp(), false) as completing, u.fault, u.expires_at as "expiresAt"`;

/** A tenant's uploads that take several requests. */
export class UploadsRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Takes down that an upload begins, for so many milliseconds; answers its end. */
  async insert(upload: NewUpload, forMs: number): Promise<Date> {
    const [row] = await this.manager.query<{ expiresAt: Date }[]>(
      `insert into uploads (tenant_id, id, way, owner_kind, owner_id, file, original_name, size, type, checksum,
                            uploader_id, expires_at)
       select $1, u.id, u.way, u."ownerKind", u."ownerId", u.file, u."originalName", u.size, u.type, u.checksum,
              u."uploaderId", clock_timestamp() + make_interval(secs => $3 / 1000.0)
         from jsonb_to_record($2) as u(id uuid, way text, "ownerKind" text, "ownerId" uuid, file text,
              "originalName" text, size bigint, type text, checksum text, "uploaderId" uuid)
       returning expires_at as "expiresAt"`,
      [this.tenantId, JSON.stringify(upload), forMs],
    );
    return row!.expiresAt;
  }

  /** Notes what S3 calls an upload in parts. */
  async name(id: Uuid, s3UploadId: string): Promise<void> {
    await this.manager.query(
      `update uploads set s3_upload_id = $3 where tenant_id = $1 and id = $2 and state = 'open'`,
      [this.tenantId, id, s3UploadId],
    );
  }

  /** An upload whose time is not over and whose file may still be; of this uploader alone, where one is given. */
  async find(id: Uuid, uploaderId?: Uuid): Promise<UploadRow | undefined> {
    const [row] = await this.manager.query<UploadRow[]>(
      `select ${COLUMNS} from uploads u left join media m on m.tenant_id = u.tenant_id and m.id = u.id
        where u.tenant_id = $1 and u.id = $2 and u.expires_at > clock_timestamp()
          and (u.state in ('refused', 'aborted')
               or m.state = case u.state when 'open' then 'pending' else 'ready' end)
          and ($3::uuid is null or u.uploader_id = $3)`,
      [this.tenantId, id, uploaderId ?? null],
    );
    return row;
  }

  /** Takes an open upload to complete it, for so many milliseconds. False when somebody else has it, or it is over. */
  async take(id: Uuid, forMs: number): Promise<boolean> {
    const [, taken] = await this.manager.query<[unknown[], number]>(
      `update uploads set completing_until = clock_timestamp() + make_interval(secs => $3 / 1000.0)
        where tenant_id = $1 and id = $2 and state = 'open' and expires_at > clock_timestamp()
          and (completing_until is null or completing_until < clock_timestamp())`,
      [this.tenantId, id, forMs],
    );
    return taken === 1;
  }

  /** Holds on to an upload that was taken; with nothing given, lets it go. */
  async hold(id: Uuid, forMs = 0): Promise<void> {
    await this.manager.query(
      `update uploads set completing_until = clock_timestamp() + make_interval(secs => $3 / 1000.0)
        where tenant_id = $1 and id = $2 and state = 'open'`,
      [this.tenantId, id, forMs],
    );
  }

  /** Lets the file of an upload be seen. False when it may not be any more: it was aborted, or its owner is gone. */
  async publish(id: Uuid, { type, checksum }: FoundFile): Promise<boolean> {
    const [upload] = await this.manager.query<{ size: number }[]>(
      `select size::float8 as size from uploads where tenant_id = $1 and id = $2 and state = 'open' for update`,
      [this.tenantId, id],
    );
    if (!upload) return false;
    await this.manager.query(`update uploads set type = $3 where tenant_id = $1 and id = $2`, [
      this.tenantId,
      id,
      type,
    ]);
    await this.manager.query(
      `update media set type = $3 where tenant_id = $1 and id = $2 and state = 'pending' and type <> $3`,
      [this.tenantId, id, type],
    );
    const [row] = await this.manager.query<{ published: boolean }[]>(
      'select publish_media($1, $2, $3, $4) as published',
      [this.tenantId, id, upload.size, checksum],
    );
    if (!row!.published) return false;
    await this.end(id, 'ready');
    return true;
  }

  /** Refuses what came, for good. False when the upload has ended already. */
  async refuse(id: Uuid, fault: UploadFault): Promise<boolean> {
    return this.end(id, 'refused', fault);
  }

  /** Ends an open upload at its uploader's wish. False when it has ended already. */
  async abort(id: Uuid): Promise<boolean> {
    return this.end(id, 'aborted');
  }

  /** An upload whose time is over, whatever became of it, unless somebody is completing it. */
  async findExpired(id: Uuid): Promise<(MediaPlace & { isPublished: boolean }) | undefined> {
    const [row] = await this.manager.query<(MediaPlace & { isPublished: boolean })[]>(
      `select owner_kind as "ownerKind", owner_id as "ownerId", file, state = 'ready' as "isPublished" from uploads
        where tenant_id = $1 and id = $2 and expires_at < clock_timestamp()
          and (completing_until is null or completing_until < clock_timestamp())`,
      [this.tenantId, id],
    );
    return row;
  }

  /** Forgets an upload whose time is over. */
  async forget(id: Uuid): Promise<void> {
    await this.manager.query(
      'delete from uploads where tenant_id = $1 and id = $2 and expires_at < clock_timestamp()',
      [this.tenantId, id],
    );
  }

  private async end(id: Uuid, state: UploadRow['state'], fault?: UploadFault): Promise<boolean> {
    const [, ended] = await this.manager.query<[unknown[], number]>(
      `update uploads set state = $3, fault = $4, completing_until = null
        where tenant_id = $1 and id = $2 and state = 'open'`,
      [this.tenantId, id, state, fault ? JSON.stringify(fault) : null],
    );
    return ended === 1;
  }
}
