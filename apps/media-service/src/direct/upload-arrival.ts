import { FleetError, type Uuid } from '@app/contracts';
import type { UploadRow } from '@app/persistence';
import { ObjectStorage, PartsLost, PartStorage, type StoredPart } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import { fileAddress, partCount, partedObject, partLength, stagingAddress } from './upload-plan.js';

/** So many numbers of parts that are missing are told. */
const TOLD = 100;

/** Makes one object of what has arrived, where nobody but us writes. Doing it again changes nothing. */
@Injectable()
export class UploadArrival {
  constructor(
    @Inject(ObjectStorage) private readonly objects: ObjectStorage,
    @Inject(PartStorage) private readonly parts: PartStorage,
  ) {}

  /** @throws FleetError UPLOAD_INCOMPLETE, telling what is missing */
  async gather(tenantId: Uuid, upload: UploadRow): Promise<void> {
    await (upload.way === 'form' ? this.moveIn(tenantId, upload) : this.putTogether(tenantId, upload));
  }

  /** Copies what a form has brought to where nobody but us writes. */
  private async moveIn(tenantId: Uuid, upload: UploadRow): Promise<void> {
    const staged = stagingAddress(tenantId, upload);
    const info = await this.objects.find(staged);
    if (!info) throw new FleetError('UPLOAD_INCOMPLETE', 'The file has not arrived yet');
    try {
      const terms = { etag: info.etag, contentType: upload.type };
      await this.objects.copy(staged, fileAddress(tenantId, upload), terms);
    } catch (error) {
      if (!(error instanceof FleetError && error.code === 'NOT_FOUND')) throw error;
      throw new FleetError(
        'UPLOAD_INCOMPLETE',
        'The file was sent again while it was completed; complete it once more',
      );
    }
  }

  /** Makes the object of its parts, unless an earlier attempt did. */
  private async putTogether(tenantId: Uuid, upload: UploadRow): Promise<void> {
    const object = partedObject(tenantId, upload);
    try {
      const parts = (await this.parts.list(object)).filter((part) => isOf(upload, part));
      demandAll(upload, parts);
      await this.parts.complete(object, parts);
    } catch (error) {
      if (!(error instanceof PartsLost)) throw error;
      const whole = await this.objects.find(object);
      if (whole?.length === upload.size) return;
      throw new FleetError('UPLOAD_INCOMPLETE', 'The object store has lost parts; see which are there, or begin anew');
    }
  }
}

/** Parts of other lengths than agreed are as good as none. */
function isOf({ size }: UploadRow, part: StoredPart): boolean {
  return part.number <= partCount(size) && part.size === partLength(size, part.number);
}

function demandAll({ size }: UploadRow, parts: StoredPart[]): void {
  const there = new Set(parts.map(({ number }) => number));
  const missing: number[] = [];
  for (let number = 1; number <= partCount(size); number += 1) if (!there.has(number)) missing.push(number);
  if (missing.length === 0) return;
  const details = { missing: missing.slice(0, TOLD), count: missing.length };
  throw new FleetError('UPLOAD_INCOMPLETE', `${missing.length} parts have not arrived yet`, details);
}
