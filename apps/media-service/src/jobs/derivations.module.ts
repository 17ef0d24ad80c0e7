import { Database, DerivationDispatch, MediaPath } from '@app/persistence';
import { createLogger } from '@app/platform';
import { ObjectStorage, StorageModule } from '@app/storage';
import { DerivationConsumer, DerivationQueue, RedisConnections } from '@app/transport';
import {
  Inject,
  Injectable,
  Logger,
  Module,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { MediaEnv } from '../env.js';
import { ServingModule } from '../serving/serving.module.js';
import { DerivationTaker } from './derivation-taker.js';
import { DerivationsController } from './derivations.controller.js';
import { DocumentDeriver } from './document.deriver.js';
import { ImageDeriver } from './image.deriver.js';
import { SoundDeriver } from './sound.deriver.js';
import { TextDeriver } from './text.deriver.js';

/** Makes of files what can be made of them: looks for what is due, hands it to the queue, and takes its part of that. */
@Injectable()
class DerivationsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(DerivationsService.name);
  private readonly dispatch: DerivationDispatch;
  private readonly taker: DerivationTaker;
  private queue?: DerivationQueue;
  private consumer?: DerivationConsumer;
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(MediaEnv) private readonly env: MediaEnv,
    @Inject(Database) database: Database,
    @Inject(RedisConnections) private readonly redis: RedisConnections,
    @Inject(MediaPath) media: MediaPath,
    @Inject(ObjectStorage) objects: ObjectStorage,
  ) {
    this.dispatch = new DerivationDispatch(database);
    const derivers = [
      new ImageDeriver(),
      new TextDeriver(),
      new DocumentDeriver(),
      new SoundDeriver(env.FFMPEG_PROGRAM),
    ];
    this.taker = new DerivationTaker({ database, media, objects, derivers });
  }

  onApplicationBootstrap(): void {
    const logger = createLogger('media-service', this.env.LOG_LEVEL);
    this.queue = new DerivationQueue(this.redis, logger);
    this.consumer = new DerivationConsumer(this.redis, logger, (job) => this.taker.take(job));
    this.later();
  }

  /** What was begun is ended; what is left is found by another process. */
  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    await this.consumer?.close();
    await this.queue?.close().catch(() => undefined);
  }

  /** Processes look at different moments. */
  private later(): void {
    const pause = this.env.DERIVATION_INTERVAL_MS * (0.75 + Math.random() / 2);
    this.timer = setTimeout(() => void this.look(), pause);
  }

  private async look(): Promise<void> {
    try {
      await this.queue?.enqueue(await this.dispatch.due());
    } catch (error) {
      this.logger.debug(`Could not look for files that something is to be made of: ${String(error)}`);
    }
    if (this.timer) this.later();
  }
}

/** What is made of files. */
@Module({
  imports: [StorageModule, ServingModule],
  controllers: [DerivationsController],
  providers: [DerivationsService],
})
export class DerivationsModule {}
