import type { Uuid } from '@app/contracts';
import { Database } from '@app/persistence';
import { BeforeApplicationShutdown, Inject, Injectable, Logger, OnApplicationBootstrap } from '@nestjs/common';

/** How often the use of keys is written down, in milliseconds. */
const WRITE_MS = 60_000;

/** Writes down when keys were last used: once a minute at most for each, and never while its caller waits. */
@Injectable()
export class KeyUse implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('KeyUse');
  private used = new Map<Uuid, Set<Uuid>>();
  private timer?: NodeJS.Timeout;

  constructor(@Inject(Database) private readonly database: Database) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.write(), WRITE_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.write();
  }

  /** A key of a tenant was used just now. */
  note(tenantId: Uuid, keyId: Uuid): void {
    const keys = this.used.get(tenantId) ?? new Set();
    this.used.set(tenantId, keys.add(keyId));
  }

  /** What cannot be written is forgotten: the next use says the same. */
  private async write(): Promise<void> {
    const { used } = this;
    this.used = new Map();
    for (const [tenantId, keys] of used) {
      try {
        await this.database.inTenant(tenantId, (tenant) => tenant.apiKeys.noteUse([...keys]));
      } catch (error) {
        this.logger.warn(`The use of keys could not be written down: ${(error as Error).message}`);
      }
    }
  }
}
