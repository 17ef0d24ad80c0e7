import { FleetError, type Uuid } from '@app/contracts';
import { ObjectStorage, sniff, typeNamed, type ObjectAddress } from '@app/storage';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { checkArchive } from './archive.check.js';
import { CheckGuard } from './check-guard.js';
import { fileOfObject, refused, type CheckedFile } from './checked-file.js';
import { ClamdScanner } from './clamd.scanner.js';
import { checkPicture } from './picture.check.js';
import { UploadTypes } from './upload-types.js';

/** Types that are archives, whatever they are called. */
const ARCHIVES = /^application\/(zip|vnd\.openxmlformats|vnd\.oasis\.opendocument|epub\+zip)/;

const BUSY = { code: 'UPLOADS_BUSY', message: 'Too many files are being looked at; try again shortly' } as const;
const AWAY = {
  code: 'SCANNER_UNAVAILABLE',
  message: 'Files cannot be scanned for malware now; try again shortly',
} as const;

/** What has to be right about a whole file before anybody may see it. */
@Injectable()
export class FileChecks {
  private readonly logger = new Logger(FileChecks.name);
  private readonly pictures = new CheckGuard('picture', { withinMs: 20_000, atOnce: 2, waiting: 200, away: BUSY });
  private readonly archives = new CheckGuard('archive', { withinMs: 30_000, atOnce: 4, waiting: 200, away: BUSY });
  private readonly scans: CheckGuard;
  private readonly scanner?: ClamdScanner;

  constructor(
    @Inject(ObjectStorage) private readonly objects: ObjectStorage,
    @Inject(UploadTypes) private readonly types: UploadTypes,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {
    const { CLAMD_ADDRESS, SCAN_SECONDS } = env;
    this.scans = new CheckGuard('scan', { withinMs: SCAN_SECONDS * 1000, atOnce: 8, waiting: 200, away: AWAY });
    if (CLAMD_ADDRESS !== undefined) this.scanner = new ClamdScanner(CLAMD_ADDRESS);
  }

  /**
   * A type under the one name it has here, when a tenant takes files of it.
   *
   * @throws FleetError UNSUPPORTED_MEDIA_TYPE
   */
  async demandTaken(tenantId: Uuid, declared: string): Promise<string> {
    const type = typeNamed(declared);
    const allowed = await this.types.of(tenantId);
    if (allowed.includes(type)) return type;
    throw new FleetError('UNSUPPORTED_MEDIA_TYPE', `Files of this kind are not taken (${type})`, { type, allowed });
  }

  /**
   * What a file is by its first bytes, for a tenant that takes such files.
   *
   * @throws FleetError UNSUPPORTED_MEDIA_TYPE
   */
  async typeOf(tenantId: Uuid, head: Buffer, declared: string): Promise<string> {
    return sniff(head, declared, await this.types.of(tenantId));
  }

  /**
   * Looks at a file that is whole and not seen yet. When it returns the file may be shown.
   *
   * @throws FleetError FILE_REFUSED, whose details tell why; SCANNER_UNAVAILABLE, UPLOADS_BUSY, STORAGE_UNAVAILABLE
   */
  async demand(file: CheckedFile): Promise<void> {
    if (file.type.startsWith('image/')) await this.pictures.run(() => checkPicture(file));
    if (ARCHIVES.test(file.type)) await this.archives.run(() => checkArchive(file));
    await this.scan(file);
  }

  /** The same for a file that is in the store already. */
  async demandStored(address: ObjectAddress, about: { type: string; size: number }): Promise<void> {
    await this.demand(fileOfObject(this.objects, address, about));
  }

  private async scan(file: CheckedFile): Promise<void> {
    const { scanner } = this;
    if (!scanner) return;
    const most = this.env.SCAN_LARGEST_MB;
    // A scanner that is sent more closes the connection, and its answer may be lost with it.
    if (file.size > most * 1024 * 1024) throw refused('not_scannable', `Files over ${most} MB cannot be scanned`);
    try {
      await this.scans.run(async (signal) => {
        const found = await scanner.scan(await file.open(), signal);
        if (found !== undefined) throw refused('malware', `The file is refused: the scanner found ${found} in it`);
      });
    } catch (error) {
      const isAway = error instanceof FleetError && error.code === 'SCANNER_UNAVAILABLE';
      if (!isAway || this.env.SCAN_REQUIRED) throw error;
      this.logger.warn('A file is taken without being scanned: the scanner is away, and SCAN_REQUIRED is off');
    }
  }
}
