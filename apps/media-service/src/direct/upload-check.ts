import { FleetError, type BeginUploadDto, type Uuid } from '@app/contracts';
import type { FoundFile, UploadRow } from '@app/persistence';
import { HEAD_BYTES, ObjectStorage, type ObjectAddress } from '@app/storage';
import { Inject, Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { FileChecks } from '../checks/file-checks.service.js';
import { MediaEnv } from '../env.js';

/** What is announced of a file, and what has arrived, where nobody can change it any more. */
@Injectable()
export class UploadCheck {
  constructor(
    @Inject(ObjectStorage) private readonly objects: ObjectStorage,
    @Inject(FileChecks) private readonly checks: FileChecks,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {}

  /**
   * The type that is announced, where such a file is taken at all.
   *
   * @throws FleetError UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE
   */
  async announced(tenantId: Uuid, { type, size, way }: BeginUploadDto): Promise<string> {
    const { UPLOAD_MAX_MB, UPLOAD_LARGEST_MB } = this.env;
    const mostMb = way === 'parts' ? UPLOAD_LARGEST_MB : UPLOAD_MAX_MB;
    if (size > mostMb * 1024 * 1024) {
      const advice = mostMb < UPLOAD_LARGEST_MB ? '; send it in parts' : '';
      throw new FleetError('PAYLOAD_TOO_LARGE', `The file is larger than ${mostMb} MB${advice}`);
    }
    return this.checks.demandTaken(tenantId, type);
  }

  /**
   * What a file is, by its own bytes.
   *
   * @throws FleetError UNSUPPORTED_MEDIA_TYPE; FILE_REFUSED when it is not as long as announced, other than its checksum
   * says, or for what it holds; SCANNER_UNAVAILABLE, UPLOADS_BUSY
   */
  async look(address: ObjectAddress, { type: declared, size, checksum }: UploadRow): Promise<FoundFile> {
    const { start, ...head } = await this.beginning(address);
    if (head.length !== size) throw refused(`The file has ${head.length} bytes, and ${size} were announced`);
    const type = await this.checks.typeOf(address.tenantId, start, declared);
    const found = await this.checksum(address);
    if (checksum !== null && found !== checksum) throw refused('The file arrived differently than it was sent');
    await this.checks.demandStored(address, { type, size });
    return { type, checksum: found };
  }

  /** The first bytes alone: most of what is refused is refused for them. */
  private async beginning(address: ObjectAddress): Promise<{ start: Buffer; length: number }> {
    const info = await this.objects.find(address);
    if (!info) throw new FleetError('UPLOAD_INCOMPLETE', 'The object store has lost the file; complete it once more');
    if (info.length === 0) return { start: Buffer.alloc(0), length: 0 };
    const { stream } = await this.objects.get(address, { start: 0, end: Math.min(HEAD_BYTES, info.length) - 1 });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return { start: Buffer.concat(chunks), length: info.length };
  }

  private async checksum(address: ObjectAddress): Promise<string> {
    const { stream } = await this.objects.get(address);
    const hash = createHash('sha256');
    for await (const chunk of stream) hash.update(chunk as Buffer);
    return hash.digest('hex');
  }
}

function refused(message: string): FleetError {
  return new FleetError('FILE_REFUSED', message);
}
