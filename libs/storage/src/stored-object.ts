import type { Uuid } from '@app/contracts';
import type { Readable } from 'node:stream';

/** Where an object is: a tenant and names below it. There is no address without a tenant. */
export interface ObjectAddress {
  tenantId: Uuid;
  path: readonly [string, ...string[]];
}

/** What is to be stored. The length of a stream must be known beforehand. */
export interface NewObject {
  body: Buffer | { stream: Readable; length: number };
  contentType: string;
}

/** Which version of an object is copied, and what the copy is. */
export interface CopyTerms {
  etag: string;
  contentType: string;
}

/** What is known of an object without reading it. */
export interface ObjectInfo {
  contentType: string;
  length: number;
  etag: string;
  modifiedAt: Date;
}

/** An object and its bytes. Whoever takes the stream reads it or destroys it. */
export interface StoredObject extends ObjectInfo {
  stream: Readable;
}

/** Some bytes of an object, both ends included. */
export interface ByteRange {
  start: number;
  end: number;
}
