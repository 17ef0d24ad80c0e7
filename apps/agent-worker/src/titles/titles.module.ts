import { Database } from '@app/persistence';
import { SecretBox, type Logger } from '@app/platform';
import { RedisConnections, TitleConsumer } from '@app/transport';
import { Inject, Injectable, Module, OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { WorkerEnv } from '../env.js';
import { createModels } from '../models/models.js';
import { LOGGER } from '../tokens.js';
import { TitleFinder } from './title-finder.js';

/** Answers gateways that ask for titles. */
@Injectable()
class TitlesService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly finder: TitleFinder;
  private consumer?: TitleConsumer;

  constructor(
    @Inject(WorkerEnv) env: WorkerEnv,
    @Inject(Database) database: Database,
    @Inject(RedisConnections) private readonly redis: RedisConnections,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.finder = new TitleFinder(database, createModels(env), new SecretBox(env.ENCRYPTION_KEY), logger);
  }

  onApplicationBootstrap(): void {
    this.consumer = new TitleConsumer(this.redis, this.logger, (job) => this.finder.find(job));
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.finder.stop();
    await this.consumer?.close();
  }
}

@Module({ providers: [TitlesService] })
export class TitlesModule {}
