import { FleetError, newId, type BeginUploadDto, type UploadBegun, type Uuid } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import type { NewUpload } from '@app/persistence';
import { endingOf, PART_BYTES, PartStorage, Presigner } from '@app/storage';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { soundName } from '../uploads/sound-name.js';
import { UploadRights } from '../uploads/upload-rights.js';
import type { MediaOwner } from '../uploads/uploads.service.js';
import { UploadCheck } from './upload-check.js';
import { fileAddress, partCount, SIGNED_S, stagingAddress } from './upload-plan.js';
import { UploadRegister } from './upload-register.js';

/** Begins uploads that take several requests. */
@Injectable()
export class UploadBeginning {
  private readonly logger = new Logger(UploadBeginning.name);

  constructor(
    @Inject(UploadRegister) private readonly register: UploadRegister,
    @Inject(UploadRights) private readonly rights: UploadRights,
    @Inject(UploadCheck) private readonly check: UploadCheck,
    @Inject(Presigner) private readonly presigner: Presigner,
    @Inject(PartStorage) private readonly parts: PartStorage,
  ) {}

  /**
   * Begins an upload. Nothing of it can be seen before it is completed.
   *
   * @throws FleetError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, INVALID_REQUEST, CHANNEL_NOT_FOUND, STORAGE_UNAVAILABLE
   */
  async begin(caller: TenantContext, wanted: BeginUploadDto): Promise<UploadBegun> {
    const { tenantId } = caller;
    const type = await this.check.announced(tenantId, wanted);
    const upload = planned(caller, { ...wanted, type });
    await this.rights.demand(caller, upload);
    const expiresAt = await this.register.begin(tenantId, upload);
    const begun = { id: upload.id, way: upload.way, expiresAt };
    if (upload.way === 'form') return { ...begun, ...(await this.formOf(tenantId, upload)) };
    await this.beginParts(tenantId, upload);
    return { ...begun, partBytes: PART_BYTES, partCount: partCount(upload.size) };
  }

  private async formOf(tenantId: Uuid, upload: NewUpload): Promise<Pick<UploadBegun, 'url' | 'fields'>> {
    const terms = { contentType: upload.type, size: upload.size, seconds: SIGNED_S };
    return this.presigner.form(stagingAddress(tenantId, upload), terms);
  }

  private async beginParts(tenantId: Uuid, upload: NewUpload): Promise<void> {
    try {
      const { uploadId } = await this.parts.begin(fileAddress(tenantId, upload), upload.type);
      await this.register.change(tenantId, (uploads) => uploads.name(upload.id, uploadId));
    } catch (error) {
      await this.giveUp(tenantId, upload.id);
      throw error;
    }
  }

  /** Nobody hears of its id. What the store may have begun all the same is swept with the file's row. */
  private async giveUp(tenantId: Uuid, id: Uuid): Promise<void> {
    try {
      await this.register.change(tenantId, (uploads) => uploads.abort(id));
      await this.register.doom(tenantId, id);
    } catch (error) {
      this.logger.warn(`An upload that did not begin is left until its end (media ${id}): ${String(error)}`);
    }
  }
}

function planned(caller: TenantContext, wanted: BeginUploadDto): NewUpload {
  const { way = 'form', size, type, checksum } = wanted;
  const originalName = soundName(wanted.name);
  const file = `${Date.now()}-${randomBytes(8).readBigUInt64BE()}.${endingOf(type, originalName)}`;
  return {
    id: newId(),
    way,
    ...ownerOf(wanted),
    file,
    originalName,
    size,
    type,
    checksum,
    uploaderId: caller.entityId,
  };
}

function ownerOf({ agentId, channelId }: BeginUploadDto): MediaOwner {
  if (agentId !== undefined && channelId !== undefined) {
    throw new FleetError('VALIDATION_ERROR', 'A file belongs to an agent or to a channel, not to both');
  }
  return channelId === undefined
    ? { ownerKind: 'agent', ownerId: agentId! }
    : { ownerKind: 'channel', ownerId: channelId };
}
