import type { MediaPlace, Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';

/** A file on its way in. */
export interface NewMedia extends MediaPlace {
  id: Uuid;
  originalName: string;
  type: string;
  /** What it may grow to. */
  size: number;
  uploaderId?: Uuid;
}

/** A file that may be served. */
export interface ReadyMedia extends MediaPlace {
  id: Uuid;
  originalName: string;
  type: string;
  size: number;
  /** sha256 in hexadecimal */
  checksum: string;
  uploaderId: Uuid | null;
  createdAt: Date;
}

const COLUMNS = `id, owner_kind as "ownerKind", owner_id as "ownerId", file, original_name as "originalName", type,
  size::float8 as size, checksum, uploader_id as "uploaderId", created_at as "createdAt"`;

/** The course of a file: reserved, then published or discarded, and found by its place. Each one round trip. */
export class MediaPath {
  constructor(private readonly database: Database) {}

  /** How much more the tenant may store, what is on its way included; undefined where its plan sets no bound. */
  async roomLeft(tenantId: Uuid): Promise<number | undefined> {
    const [row] = await this.database.oneInTenant<{ left: string | null }>({
      name: 'storage_left',
      text: 'select storage_left(fence.tenant_id) as left from fence',
      values: [tenantId],
    });
    return row?.left == null ? undefined : Number(row.left);
  }

  /**
   * Takes down that a file is coming. One that is not published in time is swept, and whatever came of it.
   *
   * @throws FleetError QUOTA_EXCEEDED when there is no room for what it may grow to
   */
  async reserve(tenantId: Uuid, media: NewMedia, forMs: number): Promise<void> {
    await this.database.oneInTenant({
      name: 'reserve_media',
      text: 'select reserve_media(fence.tenant_id, $2, $3) from fence',
      values: [tenantId, JSON.stringify(media), forMs],
    });
  }

  /** Lets a file be seen. False when it may not be any more: its owner is gone, or it took too long. */
  async publish(tenantId: Uuid, id: Uuid, { size, checksum }: { size: number; checksum: string }): Promise<boolean> {
    const [row] = await this.database.oneInTenant<{ published: boolean }>({
      name: 'publish_media',
      text: 'select publish_media(fence.tenant_id, $2, $3, $4) as published from fence',
      values: [tenantId, id, size, checksum],
    });
    return row?.published ?? false;
  }

  /** Notes that a file is whole that waits for a message to show it, and for how long. False when it took too long. */
  async keep(
    tenantId: Uuid,
    id: Uuid,
    { size, checksum, forMs }: { size: number; checksum: string; forMs: number },
  ): Promise<boolean> {
    const [row] = await this.database.oneInTenant<{ kept: boolean }>({
      name: 'keep_media',
      text: 'select keep_media(fence.tenant_id, $2, $3, $4, $5) as kept from fence',
      values: [tenantId, id, size, checksum, forMs],
    });
    return row?.kept ?? false;
  }

  /** The file of a place; undefined when there is none that may be seen. */
  async find(tenantId: Uuid, { ownerKind, ownerId, file }: MediaPlace): Promise<ReadyMedia | undefined> {
    const [row] = await this.database.oneInTenant<ReadyMedia & Record<string, unknown>>({
      name: 'find_media',
      text: `select ${COLUMNS} from fence, lateral find_media(fence.tenant_id, $2, $3, $4)`,
      values: [tenantId, ownerKind, ownerId, file],
    });
    return row;
  }
}
