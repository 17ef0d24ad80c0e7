import { parseMediaObjectPath } from '@app/contracts';
import type { Database } from '@app/persistence';
import type { ObjectListing, PartStorage, UnfinishedObject } from '@app/storage';
import { eachOf } from './media-sweeper.js';

/** Whom the search for parts works with. */
export interface PartsSweeperParts {
  database: Database;
  parts: PartStorage;
  listing: ObjectListing;
}

/**
 * Gives up parts in the store that no file waits for any more. A file's row is there before its parts, so parts without a
 * row are of an upload whose process died after the row had gone.
 */
export class PartsSweeper {
  constructor(private readonly its: PartsSweeperParts) {}

  /**
   * Looks through all that was begun and not ended, and tells how much was given up.
   *
   * @param olderThanMs what was begun since is left alone
   */
  async sweep(olderThanMs: number): Promise<number> {
    const before = Date.now() - olderThanMs;
    let gone = 0;
    for await (const page of this.its.listing.unfinished()) {
      const old = page.filter(({ begunAt }) => begunAt.getTime() <= before);
      await eachOf(old, async (object) => {
        if (await this.isAwaited(object)) return;
        await this.its.parts.abort(object);
        gone += 1;
      });
    }
    return gone;
  }

  private async isAwaited({ tenantId, path }: UnfinishedObject): Promise<boolean> {
    const place = parseMediaObjectPath(path.join('/'));
    // What is no file of ours is somebody else's to clear away.
    if (!place) return true;
    return this.its.database.inTenant(tenantId, (tenant) => tenant.media.isComing(place));
  }
}
