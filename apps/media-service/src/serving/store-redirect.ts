import { mediaObjectPath } from '@app/contracts';
import { Presigner } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { fileHeaders } from './file-headers.js';
import type { AllowedMedia } from './media-access.js';

/** How long the store's address of a file is good, and how long browsers may go by it, in seconds. */
const GOOD_S = 300;
const KEPT_S = 240;

/** An address of the store, to send a reader to. */
export interface StoreAddress {
  location: string;
  'cache-control': string;
}

/** Sends readers to the store itself, where the installation wants that: the bytes of files go past us then. */
@Injectable()
export class StoreRedirect {
  constructor(
    @Inject(Presigner) private readonly presigner: Presigner,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {}

  /** Where the store hands out a file as we would, for a while; undefined where files are to go through us. */
  async addressOf({ tenantId, media }: AllowedMedia): Promise<StoreAddress | undefined> {
    if (!this.env.MEDIA_REDIRECT) return undefined;
    const headers = fileHeaders(media);
    const location = await this.presigner.read(
      { tenantId, path: mediaObjectPath(media) },
      {
        contentType: headers['content-type']!,
        contentDisposition: headers['content-disposition']!,
        cacheControl: headers['cache-control']!,
        seconds: GOOD_S,
      },
    );
    return { location, 'cache-control': `private, max-age=${KEPT_S}` };
  }
}
