import { FleetError } from '@app/contracts';
import type { ByteRange, ObjectAddress, ObjectStorage } from '@app/storage';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';

/** A whole file that nobody may see yet. */
export interface CheckedFile {
  /** What its first bytes say it is. */
  type: string;
  size: number;
  /** Its bytes, or some of them, both ends included. Whoever takes the stream reads it or destroys it. */
  open(range?: ByteRange): Promise<Readable>;
  /** All of its bytes in memory. */
  bytes(): Promise<Buffer>;
}

/** Why a file was refused; told to its uploader. */
export type Refusal =
  'picture_unreadable' | 'picture_too_large' | 'archive_unreadable' | 'archive_too_large' | 'malware' | 'not_scannable';

/** A file that is at hand. */
export function fileOfBytes(type: string, bytes: Buffer): CheckedFile {
  return {
    type,
    size: bytes.length,
    open: (range) => Promise.resolve(Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes])),
    bytes: () => Promise.resolve(bytes),
  };
}

/** A file that is in the store. */
export function fileOfObject(
  objects: ObjectStorage,
  address: ObjectAddress,
  { type, size }: { type: string; size: number },
): CheckedFile {
  const open = async (range?: ByteRange): Promise<Readable> => (await objects.get(address, range)).stream;
  return { type, size, open, bytes: async () => buffer(await open()) };
}

/** What is thrown for a file that is not taken. */
export function refused(reason: Refusal, message: string): FleetError {
  return new FleetError('FILE_REFUSED', message, { reason });
}
