import { FleetError, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, MediaPath, type NewUpload, type TenantScope, type UploadRow } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { SIGNED_S } from './upload-plan.js';

const HOUR_MS = 60 * 60 * 1000;

/** How long an upload by form can be completed. Longer than its form is good. */
const FORM_OPEN_MS = 2 * SIGNED_S * 1000;

/** The file's row outlives its upload, so that who completes in the last moment finds it. */
const MARGIN_MS = HOUR_MS;

/** A call to S3 that nobody waits for any more may still do its work: what it leaves is swept after that. */
const LATE_MS = 2 * 60 * 1000;

/** What is known of uploads, and who may know it. */
@Injectable()
export class UploadRegister {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MediaPath) private readonly media: MediaPath,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {}

  /** Takes down that an upload begins, and its file; answers until when it can be completed. */
  async begin(tenantId: Uuid, upload: NewUpload): Promise<Date> {
    const openMs = upload.way === 'form' ? FORM_OPEN_MS : this.env.UPLOAD_OPEN_HOURS * HOUR_MS;
    await this.media.reserve(tenantId, upload, openMs + MARGIN_MS);
    return this.inTenant(tenantId, (tenant) => tenant.uploads.insert(upload, openMs));
  }

  /** @throws FleetError UPLOAD_NOT_FOUND, also for uploads of others */
  async get(caller: TenantContext, id: Uuid): Promise<UploadRow> {
    const bound = boundEntity(caller);
    const upload = await this.inTenant(caller.tenantId, (tenant) => tenant.uploads.find(id, bound));
    if (!upload) throw uploadNotFound();
    return upload;
  }

  /** @throws FleetError UPLOAD_NOT_FOUND; CONFLICT when it is not open any more */
  async getOpen(caller: TenantContext, id: Uuid): Promise<UploadRow> {
    const upload = await this.get(caller, id);
    if (upload.state === 'open') return upload;
    const is = upload.state === 'ready' ? 'is complete' : `was ${upload.state}`;
    throw new FleetError('CONFLICT', `The upload ${is}`);
  }

  /** Gives up the file of an upload that has ended, if it was not published; what is stored of it is swept. */
  async doom(tenantId: Uuid, id: Uuid): Promise<void> {
    await this.inTenant(tenantId, (tenant) => tenant.media.doom(id, LATE_MS));
  }

  /** Forgets a file that was given up, once nothing is stored of it. */
  async forget(tenantId: Uuid, id: Uuid): Promise<void> {
    await this.inTenant(tenantId, (tenant) => tenant.media.forget(id));
  }

  /** Any other change of uploads, in one transaction. */
  change<T>(tenantId: Uuid, work: (uploads: TenantScope['uploads']) => Promise<T>): Promise<T> {
    return this.inTenant(tenantId, (tenant) => work(tenant.uploads));
  }

  private inTenant<T>(tenantId: Uuid, work: (tenant: TenantScope) => Promise<T>): Promise<T> {
    return this.database.inTenant(tenantId, work);
  }
}

export function uploadNotFound(): FleetError {
  return new FleetError('UPLOAD_NOT_FOUND', 'There is no such upload, or it is over; begin a new one');
}
