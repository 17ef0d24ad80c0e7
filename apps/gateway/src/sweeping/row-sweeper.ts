import type { Database, Dispatch, FoundRow, TenantScope } from '@app/persistence';
import type { Logger } from '@app/platform';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import type { GatewayEnv } from '../env.js';

/** So many rows go at once; the next sweep takes the rest. */
const BATCH = 1_000;

/** Whom a sweep works with. */
export interface SweeperParts {
  database: Database;
  dispatch: Dispatch;
  env: GatewayEnv;
  logger: Logger;
}

/**
 * Forgets what was over long ago. Whether something is over does not hang on it: it only keeps tables small. Every
 * gateway sweeps; a second one finds nothing.
 */
export class RowSweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly parts: SweeperParts,
    private readonly kind: 'sessions' | 'jobs',
  ) {}

  onApplicationBootstrap(): void {
    const everyMs = this.parts.env.SESSION_CLEANUP_INTERVAL_MINUTES * 60_000;
    this.timer = setInterval(() => void this.sweep(), everyMs);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Deletes what was over longer ago than it is to be kept. */
  async sweep(): Promise<void> {
    const { database, dispatch, env, logger } = this.parts;
    try {
      const forMs = env.SESSION_RETENTION_MINUTES * 60_000;
      const found = await dispatch.longOver(this.kind, { forMs, limit: BATCH });
      for (const [tenantId, ids] of byTenant(found)) {
        await database.inTenant(tenantId, async (tenant: TenantScope) => {
          await tenant[this.kind].delete(ids);
        });
      }
    } catch (error) {
      logger.warn({ err: error, kind: this.kind }, 'Could not forget what is long over; the next sweep goes on');
    }
  }
}

function byTenant(rows: FoundRow[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { tenantId, id } of rows) groups.set(tenantId, [...(groups.get(tenantId) ?? []), id]);
  return groups;
}
