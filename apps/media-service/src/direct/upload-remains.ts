import type { Uuid } from '@app/contracts';
import type { UploadRow } from '@app/persistence';
import { ObjectStorage, PartStorage } from '@app/storage';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { fileAddress, partedObject, stagingAddress } from './upload-plan.js';
import { UploadRegister } from './upload-register.js';

/** Clears away what uploads leave that come to nothing. What cannot be cleared away now is left to the sweeps, which find the rows. */
@Injectable()
export class UploadRemains {
  private readonly logger = new Logger(UploadRemains.name);

  constructor(
    @Inject(UploadRegister) private readonly register: UploadRegister,
    @Inject(ObjectStorage) private readonly objects: ObjectStorage,
    @Inject(PartStorage) private readonly parts: PartStorage,
  ) {}

  /** Leaves nothing of an upload and its file. */
  async remove(tenantId: Uuid, upload: UploadRow): Promise<void> {
    try {
      await this.register.doom(tenantId, upload.id);
      if (upload.s3UploadId !== null) await this.parts.abort(partedObject(tenantId, upload));
      else await this.objects.delete(stagingAddress(tenantId, upload));
      await this.objects.delete(fileAddress(tenantId, upload));
      await this.register.forget(tenantId, upload.id);
    } catch (error) {
      this.logger.warn(`What an upload leaves is left to the sweep (media ${upload.id}): ${String(error)}`);
    }
  }

  /** Deletes what a form has brought, once its file is elsewhere. */
  async removeStaged(tenantId: Uuid, upload: UploadRow): Promise<void> {
    try {
      await this.objects.delete(stagingAddress(tenantId, upload));
    } catch (error) {
      this.logger.warn(`What a form has brought is left to the sweep (media ${upload.id}): ${String(error)}`);
    }
  }
}
