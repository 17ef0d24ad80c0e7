import { FleetError, type Uuid } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import type { TenantScope, UploadRow } from '@app/persistence';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { UploadRights } from '../uploads/upload-rights.js';
import { UploadArrival } from './upload-arrival.js';
import { UploadCheck } from './upload-check.js';
import { fileAddress } from './upload-plan.js';
import { UploadRegister } from './upload-register.js';
import { UploadRemains } from './upload-remains.js';

/** So long a process holds the upload that it completes, and so often it says that it still does. */
const LEASE_MS = 15_000;
const RENEW_MS = 5_000;

/** What a file is refused for, for good. */
const REFUSALS = new Set(['UNSUPPORTED_MEDIA_TYPE', 'FILE_REFUSED', 'PAYLOAD_TOO_LARGE']);

/**
 * Completes uploads: makes one object of what has arrived, looks at it, and lets it be seen. Whoever dies on the way is
 * followed by whoever is asked next, and an upload that is complete is answered as it was.
 */
@Injectable()
export class UploadCompletion {
  private readonly logger = new Logger(UploadCompletion.name);

  constructor(
    @Inject(UploadRegister) private readonly register: UploadRegister,
    @Inject(UploadRights) private readonly rights: UploadRights,
    @Inject(UploadArrival) private readonly arrival: UploadArrival,
    @Inject(UploadCheck) private readonly check: UploadCheck,
    @Inject(UploadRemains) private readonly remains: UploadRemains,
  ) {}

  /**
   * Completes an upload; once it returns the file can be seen.
   *
   * @throws FleetError UPLOAD_NOT_FOUND; UPLOAD_INCOMPLETE, telling what is missing; UPLOADS_BUSY when it is just being
   * completed; CONFLICT when it was aborted, or its owner is gone; and what the file is refused for, now or before
   */
  async complete(caller: TenantContext, id: Uuid): Promise<UploadRow> {
    const upload = await this.register.get(caller, id);
    if (upload.state === 'ready') return upload;
    if (upload.fault) {
      const { code, message, details } = upload.fault;
      throw new FleetError(code, message, details);
    }
    if (upload.state !== 'open') throw aborted();
    await this.rights.demand(caller, upload);
    const { tenantId } = caller;
    if (!(await this.register.change(tenantId, (uploads) => uploads.take(id, LEASE_MS)))) {
      throw new FleetError('UPLOADS_BUSY', 'The upload is just being completed; ask again shortly');
    }
    const renewing = setInterval(() => this.renew(tenantId, id), RENEW_MS);
    try {
      const type = await this.letBeSeen(tenantId, upload);
      if (upload.way === 'form') await this.remains.removeStaged(tenantId, upload);
      return { ...upload, state: 'ready', type };
    } catch (error) {
      clearInterval(renewing);
      await this.giveBack(tenantId, upload, error);
      throw error;
    } finally {
      clearInterval(renewing);
    }
  }

  /** Answers the type of the file. */
  private async letBeSeen(tenantId: Uuid, upload: UploadRow): Promise<string> {
    await this.arrival.gather(tenantId, upload);
    const found = await this.check.look(fileAddress(tenantId, upload), upload);
    return this.register.change(tenantId, async (uploads) => {
      if (await uploads.publish(upload.id, found)) return found.type;
      // Whoever took over from us when we were too slow may have been here before.
      const now = await uploads.find(upload.id);
      if (now?.state === 'ready') return now.type;
      throw aborted();
    });
  }

  /**
   * Gives an upload up, with all that has arrived. Doing so again changes nothing.
   *
   * @throws FleetError UPLOAD_NOT_FOUND; CONFLICT when it is complete
   */
  async abort(caller: TenantContext, id: Uuid): Promise<void> {
    const upload = await this.register.get(caller, id);
    const ended = await this.register.change(caller.tenantId, (uploads) => uploads.abort(id));
    if (ended) await this.remains.remove(caller.tenantId, upload);
    else if ((await this.register.get(caller, id)).state === 'ready') {
      throw new FleetError('CONFLICT', 'The upload is complete');
    }
  }

  private async giveBack(tenantId: Uuid, upload: UploadRow, error: unknown): Promise<void> {
    try {
      // What was not ended here may have been published by somebody else: then it stays.
      if (await this.register.change(tenantId, (uploads) => endFor(uploads, upload.id, error))) {
        await this.remains.remove(tenantId, upload);
      } else await this.register.change(tenantId, (uploads) => uploads.hold(upload.id));
    } catch (fault) {
      this.logger.warn(`An upload that could not be completed is held until its lease ends: ${String(fault)}`);
    }
  }

  private renew(tenantId: Uuid, id: Uuid): void {
    this.register
      .change(tenantId, (uploads) => uploads.hold(id, LEASE_MS))
      .catch((error: unknown) => this.logger.debug(`The lease of an upload could not be renewed: ${String(error)}`));
  }
}

type TenantUploads = TenantScope['uploads'];

/** Ends an upload for good when it failed for good. */
async function endFor(uploads: TenantUploads, id: Uuid, error: unknown): Promise<boolean> {
  if (!(error instanceof FleetError)) return false;
  const { code, message, details } = error;
  if (REFUSALS.has(code)) return uploads.refuse(id, { code, message, details });
  return code === 'CONFLICT' && uploads.abort(id);
}

function aborted(): FleetError {
  return new FleetError('CONFLICT', 'The upload was given up, or what the file belongs to was deleted');
}
