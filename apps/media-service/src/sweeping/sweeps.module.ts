import { FleetError } from '@app/contracts';
import { Database, MediaDispatch } from '@app/persistence';
import { counter } from '@app/platform';
import { ObjectListing, ObjectStorage, PartStorage, StorageModule } from '@app/storage';
import {
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { MediaSweeper } from './media-sweeper.js';
import { PartsSweeper } from './parts-sweeper.js';

/** Parts that nobody waits for are rare, and looking for them walks through all that is under way. */
const LOOK_FOR_PARTS_MS = 15 * 60 * 1000;
const PARTS_OLDER_THAN_MS = 60 * 60 * 1000;

const swept = counter('eliza_media_swept_total', 'What was deleted because nobody has a use for it any more', {
  what: ['files', 'objects_of_departed', 'parts'],
});
const failures = counter('eliza_media_sweep_failures_total', 'Sweeps that could not do all they were to do');

/** Deletes what is to go, at its own pace beside everything else. Every process does; none leads. */
@Injectable()
class SweepsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SweepsService.name);
  private readonly files: MediaSweeper;
  private readonly parts: PartsSweeper;
  private partsDueAt = Date.now() + LOOK_FOR_PARTS_MS * Math.random();
  private timer?: NodeJS.Timeout;
  private sweeping?: Promise<void>;
  private stopped = false;

  constructor(
    @Inject(MediaEnv) private readonly env: MediaEnv,
    @Inject(Database) database: Database,
    @Inject(ObjectStorage) objects: ObjectStorage,
    @Inject(PartStorage) parts: PartStorage,
    @Inject(ObjectListing) listing: ObjectListing,
  ) {
    const dispatch = new MediaDispatch(database);
    this.files = new MediaSweeper({ database, dispatch, objects, parts, listing });
    this.parts = new PartsSweeper({ database, parts, listing });
  }

  onApplicationBootstrap(): void {
    this.later(this.env.MEDIA_SWEEP_INTERVAL_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Processes look at different moments. */
  private later(pauseMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(
      () => {
        this.sweeping = this.sweep();
      },
      pauseMs * (0.75 + Math.random() / 2),
    );
  }

  private async sweep(): Promise<void> {
    let gone = 0;
    try {
      const files = await this.files.sweep();
      swept.add({ what: 'files' }, files);
      const objects = await this.files.sweepDeparted();
      swept.add({ what: 'objects_of_departed' }, objects);
      gone = files + objects;
      if (gone > 0) this.logger.log(`${gone} files are gone that were to be deleted`);
      await this.sweepParts();
    } catch (error) {
      failures.add({});
      const isAway = error instanceof FleetError && error.code === 'STORAGE_UNAVAILABLE';
      this.logger[isAway ? 'debug' : 'warn'](`Files that are to be deleted are left for later: ${String(error)}`);
    }
    // Where there was something there is likely more.
    this.later(gone > 0 ? 0 : this.env.MEDIA_SWEEP_INTERVAL_MS);
  }

  private async sweepParts(): Promise<void> {
    if (Date.now() < this.partsDueAt) return;
    this.partsDueAt = Date.now() + LOOK_FOR_PARTS_MS;
    const gone = await this.parts.sweep(PARTS_OLDER_THAN_MS);
    swept.add({ what: 'parts' }, gone);
    if (gone > 0) this.logger.warn(`Parts of ${gone} files were given up that nobody waited for`);
  }
}

/** What deletes files. */
@Module({ imports: [StorageModule], providers: [SweepsService] })
export class SweepsModule {}
