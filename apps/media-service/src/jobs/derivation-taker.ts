import { FleetError, mediaObjectPath, newId, type DerivationJob, type MediaPlace, type Uuid } from '@app/contracts';
import { type Database, type MediaPath, type ClaimedDerivation } from '@app/persistence';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { ObjectStorage } from '@app/storage';
import type { Deriver, MadeFile } from './deriver.js';

/** So long a process holds a file that it makes something of; what takes longer is given up. */
const LEASE_MS = 120_000;
const WITHIN_MS = 100_000;
const MOST_ATTEMPTS = 5;
const AGAIN_MS = 5_000;
/** A larger file is not held in memory to make something of it. */
const LARGEST_BYTES = 64 * 1024 * 1024;

/** Whom a taker works with. */
export interface TakerParts {
  database: Database;
  media: MediaPath;
  objects: ObjectStorage;
  derivers: readonly Deriver[];
}

/**
 * Makes what is to be made of one file. Doing it twice makes nothing twice: files have names that follow from the
 * original's, and what was found out is kept by the attempt that holds the row.
 */
export class DerivationTaker {
  constructor(private readonly parts: TakerParts) {}

  /** Does what a job says is due, if it still is. Faults are noted in the row, and tried again as long as it is of use. */
  async take({ tenantId, mediaId }: DerivationJob): Promise<void> {
    const { database } = this.parts;
    const claimed = await database.inTenant(tenantId, (tenant) => tenant.derivations.claim(mediaId, LEASE_MS));
    if (!claimed) return;
    try {
      await this.make(tenantId, claimed);
    } catch (error) {
      const again = !(error instanceof FleetError && error.code === 'FILE_REFUSED') && claimed.attempt < MOST_ATTEMPTS;
      const againMs = again ? AGAIN_MS * 2 ** (claimed.attempt - 1) : undefined;
      const fault = (error instanceof Error ? error.message : String(error)).slice(0, 500);
      await database.inTenant(tenantId, (tenant) => tenant.derivations.fail(claimed, { fault, againMs }));
    }
  }

  private async make(tenantId: Uuid, claimed: ClaimedDerivation): Promise<void> {
    const deriver = this.parts.derivers.find((one) => one.knows(claimed.type));
    const made = deriver && (await deriver.derive(await this.read(tenantId, claimed), AbortSignal.timeout(WITHIN_MS)));
    for (const file of made?.files ?? []) await this.store(tenantId, claimed, file);
    const { facts = {}, words } = made ?? {};
    await this.parts.database.inTenant(tenantId, (tenant) => tenant.derivations.settle(claimed, { facts, words }));
  }

  private async read(tenantId: Uuid, claimed: ClaimedDerivation): Promise<{ type: string; bytes: Buffer }> {
    if (claimed.size > LARGEST_BYTES) throw new FleetError('FILE_REFUSED', 'The file is too large');
    const { stream } = await this.parts.objects.get({ tenantId, path: mediaObjectPath(claimed) });
    return { type: claimed.type, bytes: await buffer(stream) };
  }

  /** Its row is there before its object is, and it is seen when both are. */
  private async store(tenantId: Uuid, claimed: ClaimedDerivation, made: MadeFile): Promise<void> {
    const { database, objects, media } = this.parts;
    const place: MediaPlace = { ...claimed, file: nameOf(claimed.file, made) };
    const { type, body } = made;
    const file = { ...place, id: newId(), originalName: nameOf(claimed.originalName, made), type, size: body.length };
    const reserved = await database.inTenant(tenantId, (tenant) =>
      tenant.derivations.reserveFile(claimed.mediaId, file, LEASE_MS * 2),
    );
    // An earlier attempt got as far as this.
    if (reserved === undefined) return;
    await objects.put({ tenantId, path: mediaObjectPath(place) }, { body, contentType: type });
    const checksum = createHash('sha256').update(body).digest('hex');
    await media.publish(tenantId, reserved, { size: body.length, checksum });
  }
}

function nameOf(original: string, { suffix, ending }: MadeFile): string {
  return `${original.replace(/\.[^.]*$/, '')}${suffix}.${ending}`;
}
