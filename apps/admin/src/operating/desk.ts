import { hostname, userInfo } from 'node:os';
import type { Uuid } from '@app/contracts';
import { AuditTrail, type Database, type Tenant } from '@app/persistence';
import { createLogger, errorAnswer } from '@app/platform';
import { headlessPublisher, IdentityNews, QueueGauge, RedisConnections, type RoomPublisher } from '@app/transport';
import type { CommandContext } from '../command.js';
import type { OperatingEnv } from '../env.js';
import { namedTenant } from '../tenants.js';

/** How long a command waits for Redis, in milliseconds: it can do without. */
const REDIS_MS = 2_000;

/** What an act is about, for the audit log. */
export interface Act {
  /** A noun and a verb, such as `tenant.suspend`. */
  action: string;
  tenantId?: Uuid;
  objectId?: string;
}

/** Redis, as far as a command has something to tell or to ask. */
export interface Ears {
  news: IdentityNews;
  rooms: RoomPublisher;
  gauge: QueueGauge;
}

/** What commands work with that do what operators do: the stores, and the log of what was done. */
export class Desk {
  private readonly trail: AuditTrail;
  private redis?: RedisConnections;
  private opened?: Ears;

  constructor(
    readonly database: Database,
    private readonly env: OperatingEnv,
    private readonly context: CommandContext,
  ) {
    this.trail = new AuditTrail(database);
  }

  /** @throws CommandError when nobody is called like that */
  tenant(name: unknown): Promise<Tenant> {
    return namedTenant(this.database, String(name));
  }

  /**
   * Does something and writes down that it was done, or what came of it. The actor is who is logged in on this machine.
   *
   * @param made the id of what was made, where that is not known before
   */
  async act<T>(act: Act, work: () => Promise<T>, made: (result: T) => Partial<Act> = () => ({})): Promise<T> {
    let result: T;
    try {
      result = await work();
    } catch (error) {
      await this.note(act, errorAnswer(error).body.error.code);
      throw error;
    }
    await this.note({ ...act, ...made(result) }, 'done');
    return result;
  }

  /** Lets gateways know at once that a tenant has changed, or all of them. Without Redis they see it within seconds. */
  async tell(tenantId?: Uuid): Promise<void> {
    const { news } = (await this.ears()) ?? {};
    await (tenantId === undefined ? news?.tellAll() : news?.tell(tenantId));
  }

  /** Undefined without Redis. */
  async ears(): Promise<Ears | undefined> {
    if (this.opened || this.env.REDIS_URL === undefined) return this.opened;
    const config = { url: this.env.REDIS_URL, prefix: this.env.REDIS_PREFIX };
    this.redis = new RedisConnections(config, createLogger('admin', 'fatal'));
    const rooms = headlessPublisher(this.redis, () => undefined);
    this.opened = { news: new IdentityNews(this.redis), rooms, gauge: new QueueGauge(this.redis) };
    if (!(await this.redis.ready(REDIS_MS))) {
      this.context.terminal.problem('Redis cannot be reached: gateways learn of this by themselves, within seconds.');
    }
    return this.opened;
  }

  async close(): Promise<void> {
    await this.opened?.gauge.close().catch(() => undefined);
    this.redis?.close();
    await this.database.close();
  }

  private async note({ action, tenantId, objectId }: Act, outcome: string): Promise<void> {
    const who = { actorKind: 'operator', actor: `operator:${userInfo().username}`, address: hostname() };
    const about = { action, objectType: action.split('.')[0], objectId: objectId ?? tenantId, outcome };
    await this.trail.append({ ...who, ...about }, tenantId);
  }
}
