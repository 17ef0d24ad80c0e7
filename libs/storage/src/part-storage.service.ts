import { objectKey } from '@app/contracts';
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

  /** Stores one part, in place of the one that had its number. */
  async store(object: PartedObject, number: number, body: Buffer): Promise<StoredPart> {
    const { sdk, client } = await this.s3.open();
    const { ETag } = await this.guard.call((abortSignal) =>
      client.send(
        new sdk.UploadPartCommand({
          ...this.uploadOf(object),
          PartNumber: number,
          Body: body,
          ContentLength: body.length,
        }),
        { abortSignal },
      ),
    );
    return { number, etag: ETag ?? '', size: body.length };
  }

  /** Makes the object of its parts. */
  async complete(object: PartedObject, parts: StoredPart[]): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const Parts = [...parts]
      .sort((a, b) => a.number - b.number)
      .map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    await this.guard.call((abortSignal) =>
      client.send(new sdk.CompleteMultipartUploadCommand({ ...this.uploadOf(object), MultipartUpload: { Parts } }), {
        abortSignal,
      }),
    );
  }

  /** Gives up an object and its parts. One that is unknown is given up already. */
  async abort(object: PartedObject): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const command = new sdk.AbortMultipartUploadCommand(this.uploadOf(object));
    // Met within the call: elsewhere an upload that is gone is the store's fault.
    await this.guard.call((abortSignal) => client.send(command, { abortSignal }).catch(unlessItIsGone));
  }

  private uploadOf(object: PartedObject): { Bucket: string; Key: string; UploadId: string } {
    return { ...this.placeOf(object), UploadId: object.uploadId };
  }

  private placeOf({ tenantId, path }: ObjectAddress): { Bucket: string; Key: string } {
    return { Bucket: this.s3.bucket, Key: objectKey(tenantId, ...path) };
  }
}

function unlessItIsGone(error: unknown): void {
  if ((error as { name?: string }).name !== 'NoSuchUpload') throw error;
}
