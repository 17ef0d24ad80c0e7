import { Database, UploadDispatch } from '@app/persistence';
import { ObjectStorage } from '@app/storage';
import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { fileAddress, stagingAddress } from './upload-plan.js';

/** Until then whoever completes an upload in its last moment is done, and clocks may differ. */
const AFTER_MS = 10 * 60 * 1000;

/**
 * Forgets uploads whose time is over, and what their forms brought afterwards: nothing can be sent with them any more by
 * then. Their files are swept by their own rows. Every process looks; doing it twice does nothing twice.
 */
@Injectable()
export class UploadSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(UploadSweeper.name);
  private readonly dispatch: UploadDispatch;
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<unknown>;
  private stopped = false;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ObjectStorage) private readonly objects: ObjectStorage,
    @Inject(MediaEnv) private readonly env: MediaEnv,
  ) {
    this.dispatch = new UploadDispatch(database);
  }

  onApplicationBootstrap(): void {
    this.later();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Processes look at different moments. */
  private later(): void {
    if (this.stopped) return;
    const pause = this.env.UPLOAD_SWEEP_INTERVAL_MS * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep().finally(() => this.later());
    }, pause);
  }

  private async sweep(): Promise<void> {
    try {
      for (const { tenantId, id } of await this.dispatch.over(AFTER_MS)) {
        const upload = await this.database.inTenant(tenantId, (tenant) => tenant.uploads.findExpired(id));
        if (!upload) continue;
        await this.objects.delete(stagingAddress(tenantId, { id }));
        // Its row may have gone while the store was still making one object of its parts.
        if (!upload.isPublished) await this.objects.delete(fileAddress(tenantId, upload));
        await this.database.inTenant(tenantId, (tenant) => tenant.uploads.forget(id));
      }
    } catch (error) {
      this.logger.debug(`Uploads that are over are left for later: ${String(error)}`);
    }
  }
}
