import type { Dispatch, TurnBacklog } from '@app/persistence';
import type { Logger } from '@app/platform';
import { Chore } from '../chores/chore.js';
import { oldestDue, turnsByState } from './turn-metrics.js';

/** How often Postgres is asked, in milliseconds: no more often than workers are added. */
const EVERY_MS = 5_000;

/** What was read longer ago, in milliseconds, is not told any more. */
const STALE_MS = 30_000;

/** Tells how many turns wait in the whole installation, and for how long: each worker says the same. */
export class Backlog {
  private readonly chore: Chore;
  private readonly ends: (() => void)[];
  private last?: { at: number; backlog: TurnBacklog };

  constructor(dispatch: Dispatch, logger: Logger) {
    const work = async (): Promise<void> => {
      this.last = { at: performance.now(), backlog: await dispatch.backlog() };
    };
    this.chore = new Chore({ name: 'the backlog is counted', intervalMs: EVERY_MS, work }, logger);
    const states = ['waiting', 'released', 'running'] as const;
    this.ends = [
      ...states.map((state) => turnsByState.watch({ state }, () => this.fresh()?.[state])),
      oldestDue.watch({}, () => this.fresh()?.oldestDueSeconds),
    ];
  }

  start(): void {
    this.chore.start();
  }

  async stop(): Promise<void> {
    for (const end of this.ends) end();
    await this.chore.stop();
  }

  private fresh(): TurnBacklog | undefined {
    return this.last && performance.now() - this.last.at < STALE_MS ? this.last.backlog : undefined;
  }
}
