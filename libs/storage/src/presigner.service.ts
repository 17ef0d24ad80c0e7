import type * as Sdk from '@aws-sdk/client-s3';
import { objectKey } from '@app/contracts';
import { Inject, Injectable } from '@nestjs/common';
import type { PartedObject } from './part-storage.service.js';
import { S3Connection } from './s3-connection.js';
import type { ObjectAddress } from './stored-object.js';

/** What whoever holds a form may store: exactly this, and once the form is over nothing. */
export interface FormTerms {
  contentType: string;
  /** In bytes, exactly. */
  size: number;
  seconds: number;
}

/** A form that the store takes: these fields first, then the file as `file`. */
export interface SignedForm {
  url: string;
  fields: Record<string, string>;
}

/** How the store is to answer whoever reads through a signed address. */
export interface ReadTerms {
  contentType: string;
  contentDisposition: string;
  cacheControl: string;
  seconds: number;
}

/**
 * Signs what others may ask of the store themselves: under the host that they see, one object each, for a while. Nothing
 * is asked of the store to sign.
 */
@Injectable()
export class Presigner {
  private client?: Promise<Sdk.S3Client>;

  constructor(@Inject(S3Connection) private readonly s3: S3Connection) {}

  /** A form with which one object can be stored. */
  async form(address: ObjectAddress, { contentType, size, seconds }: FormTerms): Promise<SignedForm> {
    const { createPresignedPost } = await import('@aws-sdk/s3-presigned-post');
    const { ServerSideEncryption, SSEKMSKeyId } = this.s3.whenStoring;
    return createPresignedPost(await this.open(), {
      ...this.placeOf(address),
      Conditions: [['content-length-range', size, size]],
      Fields: {
        'Content-Type': contentType,
        ...(ServerSideEncryption ? { 'x-amz-server-side-encryption': ServerSideEncryption } : {}),
        ...(SSEKMSKeyId ? { 'x-amz-server-side-encryption-aws-kms-key-id': SSEKMSKeyId } : {}),
      },
      Expires: seconds,
    });
  }

  /** An address to which one part of an object can be PUT, with exactly this length. */
  async part(
    object: PartedObject,
    { number, length, seconds }: { number: number; length: number; seconds: number },
  ): Promise<string> {
    const { UploadPartCommand } = await import('@aws-sdk/client-s3');
    const command = new UploadPartCommand({
      ...this.placeOf(object),
      UploadId: object.uploadId,
      PartNumber: number,
      ContentLength: length,
    });
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    return getSignedUrl(await this.open(), command, { expiresIn: seconds });
  }

  /** An address from which one object can be read. */
  async read(address: ObjectAddress, terms: ReadTerms): Promise<string> {
    const { GetObjectCommand } = await import('@aws-sdk/client-s3');
    const command = new GetObjectCommand({
      ...this.placeOf(address),
      ResponseContentType: terms.contentType,
      ResponseContentDisposition: terms.contentDisposition,
      ResponseCacheControl: terms.cacheControl,
    });
    const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
    return getSignedUrl(await this.open(), command, { expiresIn: terms.seconds });
  }

  private open(): Promise<Sdk.S3Client> {
    this.client ??= this.s3.signing();
    return this.client;
  }

  private placeOf({ tenantId, path }: ObjectAddress): { Bucket: string; Key: string } {
    return { Bucket: this.s3.bucket, Key: objectKey(tenantId, ...path) };
  }
}
