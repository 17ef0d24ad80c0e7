import { Database, TenantErasures, UserErasureDispatch } from '@app/persistence';
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
import { UserEraser } from './user-eraser.js';

/** How often erasures that are due are looked for, in milliseconds. */
const EVERY_MS = 2_000;

/** Erases what is to be forgotten for good. */
@Injectable()
class ErasingService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly chores: Chore[];
  private readonly traces: TenantTraces;

  constructor(
    @Inject(Database) database: Database,
    @Inject(RedisConnections) redis: RedisConnections,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.traces = new TenantTraces(redis);
    const parts = { database, erasures: new TenantErasures(database), news: new IdentityNews(redis), logger };
    const eraser = new TenantEraser({ ...parts, traces: this.traces });
    const users = new UserEraser({ ...parts, traces: this.traces, dispatch: new UserErasureDispatch(database) });
    const chore = (name: string, work: (signal: AbortSignal) => Promise<void>): Chore =>
      new Chore({ name, intervalMs: EVERY_MS, work }, logger);
    this.chores = [
      chore('tenants are erased', (signal) => eraser.work(signal)),
      chore('users are erased', (signal) => users.work(signal)),
    ];
  }

  onApplicationBootstrap(): void {
    for (const chore of this.chores) chore.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.chores.map((chore) => chore.stop()));
    await this.traces.close();
  }
}

@Module({ providers: [ErasingService] })
export class ErasingModule {}
