import type { Logger } from '@app/platform';
import { RedisConnections, Sequencer } from '@app/transport';
import { Inject, Injectable, OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { LOGGER } from '../tokens.js';

/** How often all live rooms are compared with Postgres, in milliseconds: the longest a lost announcement goes unheard. */
const INTERVAL_MS = 2_000;

/** Makes up for announcements that were lost: regularly, and at once when Redis comes back. */
@Injectable()
export class CatchUpService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;
  private running = false;

  constructor(
    @Inject(Sequencer) private readonly sequencer: Sequencer,
    @Inject(RedisConnections) private readonly redis: RedisConnections,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.compare(), INTERVAL_MS);
    this.redis.onReturn(() => void this.compare());
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
    this.sequencer.stop();
  }

  private async compare(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.sequencer.reconcile();
    } catch (error) {
      this.logger.warn({ err: error }, 'Could not compare rooms with Postgres; trying again shortly');
    } finally {
      this.running = false;
    }
  }
}
