import { FleetError, mediaObjectPath, newId, type MediaOwnerKind, type MediaPlace, type Uuid } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, MediaPath, type NewMedia } from '@app/persistence';
import { endingOf, HEAD_BYTES, sniff, type ObjectAddress, ObjectWriters, type ObjectWriter } from '@app/storage';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import { fileOfBytes } from '../checks/checked-file.js';
import { FileChecks } from '../checks/file-checks.service.js';
import { MediaEnv } from '../env.js';
import { PacedFile } from './paced-file.js';

/** How long an upload may take before it counts as abandoned. */
const ABANDONED_AFTER_MS = 60 * 60 * 1000;

/** A call to S3 that nobody waits for any more may still do its work: what it leaves is swept after that. */
const LATE_MS = 2 * 60 * 1000;

/** So long a file of an agent waits for the reply that shows it. */
const WAITS_FOR_MS = 15 * 60 * 1000;

/** A file that comes in. */
export interface IncomingFile {
  name: string;
  declaredType: string;
  /** It may be so large. */
  maxBytes: number;
  file: Readable;
  /** Rejects when what followed the file was not right. */
  ended: Promise<void>;
}

/** Who brings it. */
export type Uploader = Pick<TenantContext, 'tenantId' | 'entityId'>;

/** Whose file it becomes. */
export interface MediaOwner {
  ownerKind: MediaOwnerKind;
  ownerId: Uuid;
  /** The name it gets; one of ours when not given. */
  file?: string;
}

/** A file that was stored, and can be seen. */
export interface StoredFile extends MediaPlace {
  originalName: string;
  type: string;
  size: number;
}

/** Takes files in: looks at them, stores them while they come, and shows them only when they are whole. */
@Injectable()
export class UploadsService {
  private readonly logger = new Logger(UploadsService.name);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MediaPath) private readonly media: MediaPath,
    @Inject(ObjectWriters) private readonly writers: ObjectWriters,
    @Inject(FileChecks) private readonly checks: FileChecks,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {}

  /**
   * Stores a file for its owner. Once it returns the file can be seen; when it throws there is none.
   *
   * @throws FleetError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, QUOTA_EXCEEDED, UPLOAD_TOO_SLOW, FILE_REFUSED, UPLOADS_BUSY,
   *   STORAGE_UNAVAILABLE, SCANNER_UNAVAILABLE
   */
  async receive(caller: Uploader, owner: MediaOwner, incoming: IncomingFile): Promise<StoredFile> {
    const paced = new PacedFile(incoming.file, { pool: this.writers.pool, seconds: this.env.UPLOAD_PART_SECONDS });
    const chunks = paced[Symbol.asyncIterator]();
    try {
      const head = await beginningOf(chunks);
      const type = await this.typeOf(caller, owner, { head, declared: incoming.declaredType });
      const media = this.newMedia(caller, owner, { ...incoming, type });
      const address = { tenantId: caller.tenantId, path: mediaObjectPath(media) };
      await this.media.reserve(caller.tenantId, media, ABANDONED_AFTER_MS);
      const writer = this.writers.begin(address, type);
      paced.writer = writer;
      try {
        const { size, checksum } = await store(writer, head, chunks);
        await incoming.ended;
        await this.finish(writer, address, { type, size });
        await this.publish(caller.tenantId, media, { size, checksum });
        return { ...media, size };
      } catch (error) {
        await this.discard(caller.tenantId, media, writer);
        throw error;
      }
    } finally {
      // Ends the watch over the file, and the file when it is not at its end.
      await chunks.return(undefined).catch(() => undefined);
    }
  }

  /** What fits into one part is looked at while it is at hand, the rest when the store has it; nobody sees it before. */
  private async finish(
    writer: ObjectWriter,
    address: ObjectAddress,
    about: { type: string; size: number },
  ): Promise<void> {
    const { whole } = writer;
    if (whole) await this.checks.demand(fileOfBytes(about.type, whole));
    await writer.finish();
    if (!whole) await this.checks.demandStored(address, about);
  }

  private newMedia(
    caller: Uploader,
    owner: MediaOwner,
    { type, name, maxBytes }: Pick<IncomingFile, 'name' | 'maxBytes'> & { type: string },
  ): NewMedia {
    return {
      id: newId(),
      ...owner,
      file: owner.file ?? `${Date.now()}-${randomBytes(8).readBigUInt64BE()}.${endingOf(type, name)}`,
      originalName: name,
      type,
      size: maxBytes,
      uploaderId: caller.entityId,
    };
  }

  /** What a tenant takes is about what people bring; its agents make what they make. */
  private typeOf(
    { tenantId }: Uploader,
    { ownerKind }: MediaOwner,
    { head, declared }: { head: Buffer; declared: string },
  ): Promise<string> {
    return ownerKind === 'generated' ? sniff(head, declared) : this.checks.typeOf(tenantId, head, declared);
  }

  private async publish(tenantId: Uuid, media: NewMedia, found: { size: number; checksum: string }): Promise<void> {
    const waits = media.ownerKind === 'generated';
    const done = waits
      ? await this.media.keep(tenantId, media.id, { ...found, forMs: WAITS_FOR_MS })
      : await this.media.publish(tenantId, media.id, found);
    if (done) return;
    throw new FleetError('CONFLICT', 'What the file belongs to was deleted while it was uploaded');
  }

  /** What cannot be taken back now is left to the sweep, which finds the row. */
  private async discard(tenantId: Uuid, media: NewMedia, writer: ObjectWriter): Promise<void> {
    try {
      await this.database.inTenant(tenantId, (tenant) => tenant.media.doom(media.id, LATE_MS));
      await writer.abandon();
      await this.database.inTenant(tenantId, (tenant) => tenant.media.forget(media.id));
    } catch (error) {
      this.logger.warn(`A refused upload is left to the sweep (media ${media.id}): ${String(error)}`);
    }
  }
}

/** The first bytes of a file: enough to tell what it is, or all there are. */
async function beginningOf(chunks: AsyncGenerator<Buffer>): Promise<Buffer> {
  const head: Buffer[] = [];
  let length = 0;
  while (length < HEAD_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    head.push(next.value);
    length += next.value.length;
  }
  if (length === 0) throw new FleetError('INVALID_REQUEST', 'The file is empty');
  return Buffer.concat(head);
}

async function store(
  writer: ObjectWriter,
  head: Buffer,
  rest: AsyncGenerator<Buffer>,
): Promise<{ size: number; checksum: string }> {
  const hash = createHash('sha256').update(head);
  let size = head.length;
  await writer.write(head);
  for await (const chunk of rest) {
    hash.update(chunk);
    size += chunk.length;
    await writer.write(chunk);
  }
  return { size, checksum: hash.digest('hex') };
}
