import { FleetError, objectKey } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { S3Connection } from './s3-connection.js';
import type { ObjectAddress } from './stored-object.js';
import { StoreGuard } from './store-guard.js';

/** An object that is stored in parts. */
export interface PartedObject extends ObjectAddress {
  uploadId: string;
}

/** A part the store has, as it wants to hear of it at the end. */
export interface StoredPart {
  number: number;
  etag: string;
  size: number;
}

/**
 * The store knows nothing of an object in parts, or not of all its parts: it was given up or made whole meanwhile, or the
 * store lost it. To whoever sends a file at one go it is the store's fault.
 */
export class PartsLost extends FleetError {
  constructor() {
    super('STORAGE_UNAVAILABLE', 'The object store has lost parts of the file; send it again');
  }
}

/** Names of S3 for the same. */
const LOST = new Set(['NoSuchUpload', 'InvalidPart']);

/** Objects that are stored in parts, and can be seen only when they are whole. */
@Injectable()
export class PartStorage {
  constructor(
    @Inject(S3Connection) private readonly s3: S3Connection,
    @Inject(StoreGuard) private readonly guard: StoreGuard,
  ) {}

  /** Begins an object. */
  async begin(address: ObjectAddress, contentType: string): Promise<PartedObject> {
    const { sdk, client } = await this.s3.open();
    const { UploadId } = await this.guard.call((abortSignal) =>
      client.send(
        new sdk.CreateMultipartUploadCommand({
          ...this.placeOf(address),
          ContentType: contentType,
          ...this.s3.whenStoring,
        }),
        { abortSignal },
      ),
    );
    if (UploadId === undefined) throw new Error('S3 began an upload without a name');
    return { ...address, uploadId: UploadId };
  }

  /**
   * Stores one part, in place of the one that had its number.
   *
   * @throws PartsLost
   */
  async store(object: PartedObject, number: number, body: Buffer): Promise<StoredPart> {
    const { sdk, client } = await this.s3.open();
    const { ETag } = await this.guard.call((abortSignal) =>
      unlessLost(
        client.send(
          new sdk.UploadPartCommand({
            ...this.uploadOf(object),
            PartNumber: number,
            Body: body,
            ContentLength: body.length,
          }),
          { abortSignal },
        ),
      ),
    );
    return { number, etag: ETag ?? '', size: body.length };
  }

  /**
   * The parts the store has, in order.
   *
   * @throws PartsLost when it has none of the object any more
   */
  async list(object: PartedObject): Promise<StoredPart[]> {
    const { sdk, client } = await this.s3.open();
    const parts: StoredPart[] = [];
    let after: string | undefined;
    do {
      const command = new sdk.ListPartsCommand({ ...this.uploadOf(object), PartNumberMarker: after });
      const page = await this.guard.call((abortSignal) => unlessLost(client.send(command, { abortSignal })));
      for (const { PartNumber: number = 0, ETag: etag = '', Size: size = 0 } of page.Parts ?? []) {
        parts.push({ number, etag, size });
      }
      after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
    } while (after !== undefined);
    return parts;
  }

  /**
   * Makes the object of its parts.
   *
   * @throws PartsLost
   */
  async complete(object: PartedObject, parts: StoredPart[]): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const Parts = [...parts]
      .sort((a, b) => a.number - b.number)
      .map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    const command = new sdk.CompleteMultipartUploadCommand({ ...this.uploadOf(object), MultipartUpload: { Parts } });
    await this.guard.callForWhole((abortSignal) => unlessLost(client.send(command, { abortSignal })));
  }

  /** Gives up an object and its parts. One that is unknown is given up already. */
  async abort(object: PartedObject): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const command = new sdk.AbortMultipartUploadCommand(this.uploadOf(object));
    try {
      await this.guard.call((abortSignal) => unlessLost(client.send(command, { abortSignal })));
    } catch (error) {
      if (!(error instanceof PartsLost)) throw error;
    }
  }

  private uploadOf(object: PartedObject): { Bucket: string; Key: string; UploadId: string } {
    return { ...this.placeOf(object), UploadId: object.uploadId };
  }

  private placeOf({ tenantId, path }: ObjectAddress): { Bucket: string; Key: string } {
    return { Bucket: this.s3.bucket, Key: objectKey(tenantId, ...path) };
  }
}

async function unlessLost<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw LOST.has((error as { name?: string }).name ?? '') ? new PartsLost() : error;
  }
}
