import { FleetError } from '@app/contracts';
import type * as Sharp from 'sharp';
import { MOST_PIXELS, pictures } from '../checks/picture.check.js';
import type { Deriver, Made, MadeFile } from './deriver.js';

/** Longest sides, in points. A picture that is smaller stays as it is, but for what it tells of its maker. */
const SIZES = [
  { suffix: '-thumb', side: 256, quality: 75 },
  { suffix: '-web', side: 1_600, quality: 82 },
];

/** Small pictures of pictures, upright and without metadata: no place, no camera, no name. */
export class ImageDeriver implements Deriver {
  knows(type: string): boolean {
    return type.startsWith('image/');
  }

  async derive({ bytes }: { bytes: Buffer }): Promise<Made> {
    const sharp = await pictures();
    const open = (): Sharp.Sharp => sharp.default(bytes, { limitInputPixels: MOST_PIXELS, sequentialRead: true });
    try {
      const { width, height, orientation = 1, format, pages = 1, hasAlpha } = await open().metadata();
      const lies = orientation >= 5;
      const files = await Promise.all(SIZES.map((size) => made(open(), size)));
      const facts = {
        width: (lies ? height : width) ?? 0,
        height: (lies ? width : height) ?? 0,
        format: format ?? '',
        animated: pages > 1,
        transparent: hasAlpha ?? false,
      };
      return { files, facts };
    } catch (error) {
      // All that sharp throws is about the picture.
      throw new FleetError('FILE_REFUSED', `The picture cannot be read: ${firstLine(error)}`);
    }
  }
}

async function made(image: Sharp.Sharp, { suffix, side, quality }: (typeof SIZES)[number]): Promise<MadeFile> {
  const body = await image
    .autoOrient()
    .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
    .webp({ quality })
    .toBuffer();
  return { suffix, ending: 'webp', type: 'image/webp', body };
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown';
}
