import { TenantRemains, type Database, type HeldErasure, type TenantErasures } from '@app/persistence';
import { counter, type Logger } from '@app/platform';
import type { IdentityNews, TenantTraces } from '@app/transport';

const tenantsErased = counter('eliza_tenants_erased_total', 'Tenants of which nothing is left');
const rowsErased = counter('eliza_erased_rows_total', 'Rows of tenants that were erased');

/** Whom an eraser works with. */
export interface EraserParts {
  database: Database;
  erasures: TenantErasures;
  traces: TenantTraces;
  news: IdentityNews;
  logger: Logger;
}

/** What an eraser goes by. */
export interface EraserConfig {
  /** So many rows go in one transaction. */
  portion: number;
  /** How long an erasure is held without being kept, in milliseconds: the longest it waits when a worker dies. */
  holdMs: number;
  /** How long after it was asked for nobody writes for the tenant any more, in milliseconds. */
  closingMs: number;
  /** How long it waits for files and jobs to go, in milliseconds, until it looks again. */
  pauseMs: number;
}

/** Gateways believe a proof for five seconds at most after it is good no more; what was begun by then ends soon. */
const ERASER_CONFIG: EraserConfig = { portion: 1_000, holdMs: 30_000, closingMs: 15_000, pauseMs: 3_000 };

/**
 * Erases tenants, one at a time. Every step may be done again: who takes an erasure over from a worker that died begins
 * with the first, and finds nothing left of what was done.
 *
 * Lines of the log name the erasure and not the tenant: they would be written into its own log, which is to go.
 */
export class TenantEraser {
  constructor(
    private readonly parts: EraserParts,
    private readonly config: EraserConfig = ERASER_CONFIG,
  ) {}

  /** Goes on with whatever erasures are due, until none is or the process is to stop. */
  async work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const held = await this.parts.erasures.claim(this.config.holdMs);
      if (!held) return;
      await this.erase(held, signal);
    }
  }

  private async erase(held: HeldErasure, signal: AbortSignal): Promise<void> {
    const { erasures, traces, news, logger } = this.parts;
    const { portion, holdMs, pauseMs } = this.config;
    const remains = new TenantRemains(this.parts.database, held.tenantId);
    logger.info({ erasureId: held.id, attempt: held.attempt }, 'A tenant is being erased');
    if (await remains.close()) {
      await news.tell(held.tenantId);
      await remains.giveUpFiles(portion);
      if (!(await this.deleteRows(held, remains, signal))) return;
      const filesLeft = await remains.giveUpFiles(portion);
      if (!(await erasures.keep(held, { filesLeft }, holdMs))) return;
      const isQuiet = held.ageMs >= this.config.closingMs;
      if (filesLeft > 0 || !isQuiet || !(await remains.forget())) return erasures.park(held, pauseMs);
    }
    // Now that nobody is let in as this tenant, nothing is written in its name any more.
    if ((await traces.remove(held.tenantId)) > 0) return erasures.park(held, pauseMs);
    await erasures.finish(held);
    tenantsErased.add({});
    logger.info({ erasureId: held.id }, 'A tenant is erased');
  }

  /** Answers whether nothing is left but files, and the erasure is still held. */
  private async deleteRows(held: HeldErasure, remains: TenantRemains, signal: AbortSignal): Promise<boolean> {
    const { erasures, logger } = this.parts;
    const { portion, holdMs } = this.config;
    while (await remains.cancelTurns()) if (!(await this.goesOn(held, signal))) return false;
    if (!held.used && !(await erasures.keep(held, { used: await remains.used() }, holdMs))) return false;
    for (;;) {
      const erased = await remains.erase(portion);
      if (Object.keys(erased).length === 0) return true;
      rowsErased.add(
        {},
        Object.values(erased).reduce((sum, rows) => sum + rows, 0),
      );
      logger.debug({ erasureId: held.id, erased }, 'Rows of a tenant were erased');
      if (!(await erasures.keep(held, { erased }, holdMs))) return false;
      if (signal.aborted) {
        await erasures.park(held, 0);
        return false;
      }
    }
  }

  private async goesOn(held: HeldErasure, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) await this.parts.erasures.park(held, 0);
    return !signal.aborted && this.parts.erasures.keep(held, {}, this.config.holdMs);
  }
}
