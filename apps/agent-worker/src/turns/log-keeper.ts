import type { Dispatch } from '@app/persistence';
import type { Logger } from '@app/platform';

/** How long agents' logs are kept, and how often the old ones are looked for. */
export interface LogKeeperConfig {
  retentionDays: number;
  intervalMs: number;
}

/** Deletes the logs of agents that are older than they are kept. Every worker does; what one deleted the next does not find. */
export class LogKeeper {
  private timer?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly dispatch: Dispatch,
    private readonly config: LogKeeperConfig,
    private readonly logger: Logger,
  ) {}

  start(): void {
    // Jitter keeps the workers apart.
    const wait = this.config.intervalMs * (0.5 + Math.random());
    this.timer = setTimeout(() => void this.tidy().finally(() => !this.stopped && this.start()), wait);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async tidy(): Promise<void> {
    try {
      const { retentionDays } = this.config;
      for (const tenantId of await this.dispatch.tenantsWithOldLogs(retentionDays)) {
        const deleted = await this.dispatch.deleteOldLogs(tenantId, retentionDays);
        this.logger.debug({ tenantId, deleted }, 'Old logs of agents were deleted');
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'Old logs of agents were not deleted; the next time they are');
    }
  }
}
