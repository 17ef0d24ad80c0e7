import { FleetError, mediaObjectPath, MOST_PARTS, type Uuid } from '@app/contracts';
import type { UploadRow } from '@app/persistence';
import { PART_BYTES, type ObjectAddress, type PartedObject } from '@app/storage';

/** How long a form or an address is good, in seconds. */
export const SIGNED_S = 60 * 60;

/** Where the bytes of a form lie until they were looked at. Its holder can replace them as long as the form is good. */
export function stagingAddress(tenantId: Uuid, { id }: Pick<UploadRow, 'id'>): ObjectAddress {
  return { tenantId, path: ['incoming', id] };
}

/** Where the file of an upload is, once it is whole. */
export function fileAddress(tenantId: Uuid, upload: Parameters<typeof mediaObjectPath>[0]): ObjectAddress {
  return { tenantId, path: mediaObjectPath(upload) };
}

/**
 * The object whose parts an upload sends.
 *
 * @throws FleetError UPLOAD_NOT_FOUND when the upload has no parts, or its beginning failed
 */
export function partedObject(tenantId: Uuid, upload: UploadRow): PartedObject {
  if (upload.s3UploadId === null) throw new FleetError('UPLOAD_NOT_FOUND', 'There is no upload in parts of this id');
  return { ...fileAddress(tenantId, upload), uploadId: upload.s3UploadId };
}

/** In how many parts a file of this size comes. All are equally long, but for the last one. */
export function partCount(size: number): number {
  return Math.ceil(size / PART_BYTES);
}

/**
 * How long a part of a file of this size is.
 *
 * @throws FleetError VALIDATION_ERROR when the file has no such part
 */
export function partLength(size: number, number: number): number {
  const count = partCount(size);
  if (!Number.isInteger(number) || number < 1 || number > Math.min(count, MOST_PARTS)) {
    throw new FleetError('VALIDATION_ERROR', `The parts of this upload are numbered from 1 to ${count}`);
  }
  return number < count ? PART_BYTES : size - (count - 1) * PART_BYTES;
}
