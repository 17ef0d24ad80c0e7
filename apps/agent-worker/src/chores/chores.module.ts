import { Database, Dispatch, RepeatedRequests, Retention } from '@app/persistence';
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
import { purgeChore } from './purge.js';
import { purges } from './purges.js';

/** How often partitions of the time to come are looked for, in milliseconds. There are some for weeks ahead. */
const PARTITIONS_EVERY_MS = 3_600_000;

/** How often what was used is added up, in milliseconds. The sooner, the less a quota has to count. */
const USAGE_EVERY_MS = 60_000;

/** How often requests are looked for that nobody sends again any more, in milliseconds. */
const REQUESTS_EVERY_MS = 600_000;

/** What has to be done beside the turns, so that tables stay small and sums at hand. */
@Injectable()
class ChoresService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly dispatch: Dispatch;
  private readonly chores: Chore[];

  constructor(@Inject(WorkerEnv) env: WorkerEnv, @Inject(Database) database: Database, @Inject(LOGGER) logger: Logger) {
    this.dispatch = new Dispatch(database);
    const requests = new RepeatedRequests(database);
    const forgetRequests = async (): Promise<void> => {
      const forgotten = await requests.purge();
      if (forgotten > 0) logger.debug({ forgotten }, 'Answered requests were forgotten');
    };
    const retention = new Retention(database);
    const makePartitions = async (): Promise<void> => {
      const made = await retention.makePartitions();
      if (made.length > 0) logger.info({ made }, 'Partitions of the time to come were made');
    };
    this.chores = [
      new Chore({ name: 'partitions are made', intervalMs: PARTITIONS_EVERY_MS, work: makePartitions }, logger),
      ...purges(database, env).map((purge) => purgeChore(purge, logger)),
      new Chore(
        { name: 'answered requests are forgotten', intervalMs: REQUESTS_EVERY_MS, work: forgetRequests },
        logger,
      ),
      new Chore({ name: 'usage is added up', intervalMs: USAGE_EVERY_MS, work: () => this.addUpUsage() }, logger),
    ];
  }

  onApplicationBootstrap(): void {
    for (const chore of this.chores) chore.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.chores.map((chore) => chore.stop()));
  }

  private async addUpUsage(): Promise<void> {
    for (const tenantId of await this.dispatch.tenantsWithUsage()) await this.dispatch.rollUpUsage(tenantId);
  }
}

@Module({ providers: [ChoresService] })
export class ChoresModule {}
