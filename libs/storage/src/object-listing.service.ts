import type { ListMultipartUploadsCommandInput, ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3';
import { objectKey, parseObjectKey, type Uuid } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { PartedObject } from './part-storage.service.js';
import { S3Connection } from './s3-connection.js';
import { StoreGuard } from './store-guard.js';
import type { ObjectAddress } from './stored-object.js';

/** An object as a listing tells it. */
export interface ListedObject extends ObjectAddress {
  length: number;
  modifiedAt: Date;
}

/** An object in parts that was begun, and neither made whole nor given up. */
export interface UnfinishedObject extends PartedObject {
  begunAt: Date;
}

/** Tells what there is, page by page: a bucket may hold more than memory does. */
@Injectable()
export class ObjectListing {
  constructor(
    @Inject(S3Connection) private readonly s3: S3Connection,
    @Inject(StoreGuard) private readonly guard: StoreGuard,
  ) {}

  /** All objects of a tenant, in the order of their keys. What is deleted meanwhile does not disturb. */
  async *objects(tenantId: Uuid): AsyncGenerator<ListedObject[]> {
    const { sdk, client } = await this.s3.open();
    let ContinuationToken: string | undefined;
    do {
      const command = new sdk.ListObjectsV2Command({
        Bucket: this.s3.bucket,
        Prefix: objectKey(tenantId, ''),
        ContinuationToken,
      });
      const page = await this.guard.call((abortSignal) => client.send(command, { abortSignal }));
      yield (page.Contents ?? []).flatMap(({ Key, Size = 0, LastModified = new Date(0) }) => {
        const address = addressOf(Key);
        return address ? [{ ...address, length: Size, modifiedAt: LastModified }] : [];
      });
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  /** The tenants that have objects, whether or not there are such tenants. */
  async *tenants(): AsyncGenerator<Uuid[]> {
    const { sdk, client } = await this.s3.open();
    let ContinuationToken: string | undefined;
    do {
      const about = { Bucket: this.s3.bucket, Prefix: 't/', Delimiter: '/', ContinuationToken };
      const command = new sdk.ListObjectsV2Command(about);
      const page = await this.guard.call((abortSignal) => client.send(command, { abortSignal }));
      yield (page.CommonPrefixes ?? []).flatMap(({ Prefix = '' }) => parseObjectKey(`${Prefix}x`)?.tenantId ?? []);
      ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
    } while (ContinuationToken !== undefined);
  }

  /**
   * What was begun in parts and not ended: of everybody, of a tenant, or at one address. Some stores (MinIO) tell only
   * what is asked for by its address, and give up the rest themselves after a while.
   */
  async *unfinished(of: { tenantId?: Uuid; address?: ObjectAddress } = {}): AsyncGenerator<UnfinishedObject[]> {
    const { sdk, client } = await this.s3.open();
    const { address, tenantId } = of;
    const Prefix = address ? objectKey(address.tenantId, ...address.path) : tenantId ? objectKey(tenantId, '') : 't/';
    let markers: Pick<ListMultipartUploadsCommandInput, 'KeyMarker' | 'UploadIdMarker'> | undefined = {};
    do {
      const input: ListMultipartUploadsCommandInput = { Bucket: this.s3.bucket, Prefix, ...markers };
      const command = new sdk.ListMultipartUploadsCommand(input);
      const page: ListMultipartUploadsCommandOutput = await this.guard.call((abortSignal) =>
        client.send(command, { abortSignal }),
      );
      yield (page.Uploads ?? []).flatMap(({ Key, UploadId, Initiated = new Date(0) }) => {
        const found = addressOf(Key);
        const isMeant = found && UploadId !== undefined && (!address || Key === Prefix);
        return isMeant ? [{ ...found, uploadId: UploadId, begunAt: Initiated }] : [];
      });
      markers = page.IsTruncated
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
    } while (markers);
  }
}

/** The address of a key; what is not ours has none. */
function addressOf(key: string | undefined): ObjectAddress | undefined {
  const parsed = parseObjectKey(key ?? '');
  return parsed && { tenantId: parsed.tenantId, path: [parsed.path] };
}
