import { FleetError } from '@app/contracts';
import type * as Sharp from 'sharp';
import { refused, type CheckedFile } from './checked-file.js';

/** A picture of more points is not unpacked by anybody here: a small file may hold as many as it likes. */
export const MOST_PIXELS = 50_000_000;

/** A larger one is not held in memory to look at its header. */
const LARGEST_BYTES = 64 * 1024 * 1024;

let library: Promise<typeof Sharp> | undefined;

/** The library for pictures: heavy, and not needed where nobody sends any. */
export function pictures(): Promise<typeof Sharp> {
  library ??= import('sharp').then((sharp) => {
    // One file at a time, and nothing kept: memory belongs to uploads.
    sharp.default.concurrency(1);
    sharp.default.cache(false);
    return sharp;
  });
  return library;
}

/**
 * Refuses pictures that cannot be read, and those that unpack to more than memory should hold. Only the header is read.
 *
 * @throws FleetError FILE_REFUSED
 */
export async function checkPicture(file: CheckedFile): Promise<void> {
  if (file.size > LARGEST_BYTES) throw refused('picture_too_large', 'The picture is larger than 64 MB');
  const [sharp, bytes] = await Promise.all([pictures(), file.bytes()]);
  const { width, height } = await headerOf(sharp, bytes);
  if (width * height > MOST_PIXELS) {
    const most = MOST_PIXELS / 1_000_000;
    throw refused(
      'picture_too_large',
      `The picture has ${width} by ${height} points; at most ${most} million are taken`,
    );
  }
}

async function headerOf(sharp: typeof Sharp, bytes: Buffer): Promise<{ width: number; height: number }> {
  try {
    const { width, height } = await sharp.default(bytes, { limitInputPixels: false, sequentialRead: true }).metadata();
    return { width, height };
  } catch (error) {
    if (error instanceof FleetError) throw error;
    throw refused('picture_unreadable', 'The picture cannot be read: it is broken, or cut off');
  }
}
