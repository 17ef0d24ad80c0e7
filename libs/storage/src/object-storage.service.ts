import type { GetObjectCommandOutput, HeadObjectCommandOutput } from '@aws-sdk/client-s3';
import { FleetError, objectKey } from '@app/contracts';
import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Readable } from 'node:stream';
import { S3Connection } from './s3-connection.js';
import { StoreGuard } from './store-guard.js';
import type { ByteRange, CopyTerms, NewObject, ObjectAddress, ObjectInfo, StoredObject } from './stored-object.js';

/** How long a readiness check waits for S3. */
const CHECK_WITHIN_MS = 2_000;

/** The objects of all tenants. A bare key never gets in: every address names its tenant. */
@Injectable()
export class ObjectStorage implements OnApplicationBootstrap {
  private readonly logger = new Logger(ObjectStorage.name);
  private bucketExists = false;

  constructor(
    @Inject(S3Connection) private readonly s3: S3Connection,
    @Inject(StoreGuard) private readonly guard: StoreGuard,
  ) {}

  /** Looks for the bucket without holding up the start: a store that comes late makes us unready, not dead. */
  onApplicationBootstrap(): void {
    this.check().catch((error: unknown) => this.logger.warn(`S3 cannot be used yet: ${String(error)}`));
  }

  /** Throws unless the store answers. The bucket is made when it is missing. */
  async check(): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const abortSignal = AbortSignal.timeout(CHECK_WITHIN_MS);
    const Bucket = this.s3.bucket;
    try {
      await client.send(new sdk.HeadBucketCommand({ Bucket }), { abortSignal });
      this.bucketExists = true;
    } catch (error) {
      if (!isMissing(error)) throw error;
      if (this.bucketExists) this.logger.warn(`The bucket ${Bucket} has disappeared; it is made anew`);
      await client.send(new sdk.CreateBucketCommand({ Bucket }), { abortSignal }).catch(unlessItExists);
      this.bucketExists = true;
    }
  }

  /** Stores an object, in place of the one that was there. */
  async put(address: ObjectAddress, { body, contentType }: NewObject): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const content = Buffer.isBuffer(body)
      ? { Body: body, ContentLength: body.length }
      : { Body: body.stream, ContentLength: body.length };
    const command = { ...this.placeOf(address), ...content, ContentType: contentType, ...this.s3.whenStoring };
    await this.guard.call((abortSignal) => client.send(new sdk.PutObjectCommand(command), { abortSignal }));
  }

  /** What is known of an object, or undefined when there is none. */
  async find(address: ObjectAddress): Promise<ObjectInfo | undefined> {
    const { sdk, client } = await this.s3.open();
    try {
      const command = new sdk.HeadObjectCommand(this.placeOf(address));
      return infoOf(await this.guard.call((abortSignal) => client.send(command, { abortSignal })));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** An object with its bytes, or some of them. Throws NOT_FOUND when there is none. */
  async get(address: ObjectAddress, bytes?: ByteRange): Promise<StoredObject> {
    const { sdk, client } = await this.s3.open();
    try {
      const Range = bytes && `bytes=${bytes.start}-${bytes.end}`;
      const command = new sdk.GetObjectCommand({ ...this.placeOf(address), Range });
      const answer = await this.guard.call((abortSignal) => client.send(command, { abortSignal }));
      return { ...infoOf(answer), stream: streamOf(answer) };
    } catch (error) {
      if (isMissing(error)) throw new FleetError('NOT_FOUND', 'The object does not exist');
      throw error;
    }
  }

  /**
   * Copies an object within the store, as long as it is the one with this tag.
   *
   * @throws FleetError NOT_FOUND when there is none, or another one
   */
  async copy(from: ObjectAddress, to: ObjectAddress, { etag, contentType }: CopyTerms): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const { Bucket, Key } = this.placeOf(from);
    const command = new sdk.CopyObjectCommand({
      ...this.placeOf(to),
      CopySource: `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`,
      CopySourceIfMatch: etag,
      MetadataDirective: 'REPLACE',
      ContentType: contentType,
      ...this.s3.whenStoring,
    });
    try {
      await this.guard.callForWhole((abortSignal) => client.send(command, { abortSignal }));
    } catch (error) {
      if (isMissing(error) || statusOf(error) === 412) throw new FleetError('NOT_FOUND', 'The object does not exist');
      throw error;
    }
  }

  /** Deletes an object. One that does not exist is deleted already. */
  async delete(address: ObjectAddress): Promise<void> {
    const { sdk, client } = await this.s3.open();
    const command = new sdk.DeleteObjectCommand(this.placeOf(address));
    await this.guard.call((abortSignal) => client.send(command, { abortSignal }));
  }

  private placeOf({ tenantId, path }: ObjectAddress): { Bucket: string; Key: string } {
    return { Bucket: this.s3.bucket, Key: objectKey(tenantId, ...path) };
  }
}

function infoOf(answer: HeadObjectCommandOutput | GetObjectCommandOutput): ObjectInfo {
  return {
    contentType: answer.ContentType ?? 'application/octet-stream',
    length: answer.ContentLength ?? 0,
    etag: answer.ETag ?? '',
    modifiedAt: answer.LastModified ?? new Date(0),
  };
}

function streamOf({ Body }: GetObjectCommandOutput): Readable {
  if (Body instanceof Readable) return Body;
  throw new Error('The S3 client answered without a stream');
}

function isMissing(error: unknown): boolean {
  return statusOf(error) === 404;
}

function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

/** Another process made the bucket at the same moment. */
function unlessItExists(error: unknown): void {
  const name = (error as { name?: string }).name;
  if (name !== 'BucketAlreadyOwnedByYou' && name !== 'BucketAlreadyExists') throw error;
}
