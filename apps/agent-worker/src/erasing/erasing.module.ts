import { Database, TenantErasures } from '@app/persistence';
import type { Logger } from '@app/platform';
import { IdentityNews, RedisConnections, TenantTraces } from '@app/transport';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Chore } from '../chores/chore.js';
import { LOGGER } from '../tokens.js';
import { TenantEraser } from './tenant-eraser.js';

/** How often erasures that are due are looked for, in milliseconds. */
const EVERY_MS = 2_000;

/** Erases what is to be forgotten for good. */
@Injectable()
class ErasingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly chore: Chore;
  private readonly traces: TenantTraces;

  constructor(
    @Inject(Database) database: Database,
    @Inject(RedisConnections) redis: RedisConnections,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.traces = new TenantTraces(redis);
    const parts = { database, erasures: new TenantErasures(database), news: new IdentityNews(redis), logger };
    const eraser = new TenantEraser({ ...parts, traces: this.traces });
    const work = (signal: AbortSignal): Promise<void> => eraser.work(signal);
    this.chore = new Chore({ name: 'tenants are erased', intervalMs: EVERY_MS, work }, logger);
  }

  onApplicationBootstrap(): void {
    this.chore.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.chore.stop();
    await this.traces.close();
  }
}

@Module({ providers: [ErasingService] })
export class ErasingModule {}
