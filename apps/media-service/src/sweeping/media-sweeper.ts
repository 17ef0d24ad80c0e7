import { FleetError, mediaObjectPath, type Uuid } from '@app/contracts';
import type { Database, MediaDispatch, SweptMedia } from '@app/persistence';
import type { ObjectAddress, ObjectListing, ObjectStorage, PartStorage } from '@app/storage';

/** So long a process holds what it sweeps. What is not gone by then is tried again, by whoever finds it. */
const LEASE_MS = 60_000;

/** So many objects are deleted at once: uploads use the same store. */
const AT_ONCE = 8;

/** Whom a sweep works with. */
export interface SweeperParts {
  database: Database;
  dispatch: MediaDispatch;
  objects: ObjectStorage;
  parts: PartStorage;
  listing: ObjectListing;
}

/**
 * Deletes files that are to go: first what is stored of them, then their rows. Any number of processes may do this at
 * once, each may die at any point, and without the store nothing is forgotten.
 */
export class MediaSweeper {
  constructor(private readonly its: SweeperParts) {}

  /**
   * Sweeps what is due, and tells how many files are gone. A file that cannot be deleted keeps no other from it. Throws
   * what could not be done in the end; it is due later.
   */
  async sweep(): Promise<number> {
    let gone = 0;
    let fault: unknown;
    for (const { tenantId, ids } of await this.its.dispatch.toSweep()) {
      const swept = await this.its.database.inTenant(tenantId, (tenant) => tenant.media.claimSwept(ids, LEASE_MS));
      await eachOf(swept, async (media) => {
        try {
          await this.remove(tenantId, media);
          gone += 1;
        } catch (error) {
          if (error instanceof FleetError) throw error;
          fault ??= error;
        }
      });
    }
    if (gone === 0 && fault instanceof Error) throw fault;
    return gone;
  }

  /** Looks for what deleted tenants have left in the store. Tells how many objects are gone. */
  async sweepDeparted(): Promise<number> {
    const { dispatch, listing, objects, parts } = this.its;
    const departed = await dispatch.claimDeparted(LEASE_MS);
    if (!departed) return 0;
    const { tenantId } = departed;
    if (await dispatch.isThere(tenantId)) {
      await dispatch.forgetDeparted(tenantId);
      return 0;
    }
    let gone = 0;
    for await (const page of listing.unfinished({ tenantId })) await eachOf(page, (object) => parts.abort(object));
    for await (const page of listing.objects(tenantId)) {
      await eachOf(page, (object) => objects.delete(object));
      gone += page.length;
    }
    await dispatch.settleDeparted(departed);
    return gone;
  }

  private async remove(tenantId: Uuid, media: SweptMedia): Promise<void> {
    const address: ObjectAddress = { tenantId, path: mediaObjectPath(media) };
    if (media.neverWhole) await this.abortParts(address);
    await this.its.objects.delete(address);
    await this.its.database.inTenant(tenantId, (tenant) => tenant.media.forget(media.id));
  }

  private async abortParts(address: ObjectAddress): Promise<void> {
    for await (const page of this.its.listing.unfinished({ address })) {
      await eachOf(page, (object) => this.its.parts.abort(object));
    }
  }
}

/** Does something with all of them, a few at once. The first fault ends it: the store is away, then. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, left.length) }, worker));
  } finally {
    left.length = 0;
  }
}
