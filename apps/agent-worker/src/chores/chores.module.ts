import { Database, Dispatch } from '@app/persistence';
import type { Logger } from '@app/platform';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { WorkerEnv } from '../env.js';
import { LOGGER } from '../tokens.js';
import { Chore } from './chore.js';

/** How often old logs are looked for, in milliseconds. */
const LOGS_EVERY_MS = 600_000;

/** How often what was used is added up, in milliseconds. The sooner, the less a quota has to count. */
const USAGE_EVERY_MS = 60_000;

/** What has to be done beside the turns, so that tables stay small and sums at hand. */
@Injectable()
class ChoresService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly dispatch: Dispatch;
  private readonly chores: Chore[];

  constructor(
    @Inject(WorkerEnv) private readonly env: WorkerEnv,
    @Inject(Database) database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.dispatch = new Dispatch(database);
    this.chores = [
      new Chore({ name: 'old logs are deleted', intervalMs: LOGS_EVERY_MS, work: () => this.deleteOldLogs() }, logger),
      new Chore({ name: 'usage is added up', intervalMs: USAGE_EVERY_MS, work: () => this.addUpUsage() }, logger),
    ];
  }

  onApplicationBootstrap(): void {
    for (const chore of this.chores) chore.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.chores.map((chore) => chore.stop()));
  }

  private async deleteOldLogs(): Promise<void> {
    const days = this.env.LOG_RETENTION_DAYS;
    for (const tenantId of await this.dispatch.tenantsWithOldLogs(days)) {
      const deleted = await this.dispatch.deleteOldLogs(tenantId, days);
      this.logger.debug({ tenantId, deleted }, 'Old logs of agents were deleted');
    }
  }

  private async addUpUsage(): Promise<void> {
    for (const tenantId of await this.dispatch.tenantsWithUsage()) await this.dispatch.rollUpUsage(tenantId);
  }
}

@Module({ providers: [ChoresService] })
export class ChoresModule {}
