import { FleetError, type Uuid } from '@app/contracts';
import { Database } from '@app/persistence';
import { gauge, type Logger } from '@app/platform';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { GatewayEnv } from '../env.js';
import { ChannelListener } from '../realtime/channel-listener.js';
import { LOGGER } from '../tokens.js';
import { TurnWait, type WaitKeeper } from './turn-wait.js';

/** How often all waits look, whatever they heard: the longest a lost event delays an answer, in milliseconds. */
const TICK_MS = 2_000;

/** Looks that are asked for within this time are one statement per tenant, in milliseconds. */
const GATHER_MS = 10;

const waiters = gauge('eliza_answer_waiters', 'Callers that wait for the answer of an agent');

/** A channel of a tenant. */
interface Place {
  tenantId: Uuid;
  channelId: Uuid;
}

/**
 * Waits for what any worker answers. A wait hears its channel as a socket would, but what it hears only makes it look
 * into Postgres: a lost event costs a tick, a killed worker or an emptied Redis nothing. All waits of a tenant look
 * in one statement, and never two at once.
 */
@Injectable()
export class TurnWaiter implements OnApplicationBootstrap, BeforeApplicationShutdown, WaitKeeper {
  private readonly waits = new Map<TurnWait, () => void>();
  private readonly due = new Set<TurnWait>();
  private ticks?: NodeJS.Timeout;
  private gathering?: NodeJS.Timeout;
  private reading = false;
  private readonly unwatch = waiters.watch({}, () => this.waits.size);

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ChannelListener) private readonly channels: ChannelListener,
    @Inject(GatewayEnv) private readonly env: GatewayEnv,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.ticks = setInterval(() => {
      for (const wait of this.waits.keys()) this.look(wait);
    }, TICK_MS);
  }

  beforeApplicationShutdown(): void {
    this.unwatch();
    clearInterval(this.ticks);
    clearTimeout(this.gathering);
  }

  /**
   * Begins to listen to a channel, before the message to wait for is accepted. Whoever begins a wait asks for its
   * outcome or drops it.
   *
   * @throws FleetError UNAVAILABLE when too many wait
   */
  async begin(place: Place): Promise<TurnWait> {
    if (this.waits.size >= this.env.ANSWER_WAITERS) {
      throw new FleetError('UNAVAILABLE', 'Too many callers wait for answers right now; try again shortly');
    }
    const wait = new TurnWait(place.tenantId, this);
    this.waits.set(wait, () => undefined); // counted before it is waited for
    try {
      this.waits.set(wait, await this.channels.listen(place, (event, payload) => wait.hear(event, payload)));
    } catch (error) {
      this.end(wait);
      throw error;
    }
    return wait;
  }

  /** The message of a wait is stored at `seq`: what follows in its channel is heard. */
  open(place: Place, seq: number): void {
    this.channels.open(place, seq);
  }

  /** Nobody waits longer: each is told where its answer will be. */
  giveUp(): void {
    for (const wait of this.waits.keys()) wait.giveUp();
  }

  look(wait: TurnWait): void {
    if (wait.messageId === undefined) return;
    this.due.add(wait);
    this.gather();
  }

  end(wait: TurnWait): void {
    this.waits.get(wait)?.();
    this.waits.delete(wait);
    this.due.delete(wait);
  }

  private gather(): void {
    if (this.reading || this.due.size === 0) return;
    this.gathering ??= setTimeout(() => {
      this.gathering = undefined;
      void this.read();
    }, GATHER_MS);
  }

  private async read(): Promise<void> {
    this.reading = true;
    const byTenant = new Map<Uuid, TurnWait[]>();
    for (const wait of this.due) byTenant.set(wait.tenantId, [...(byTenant.get(wait.tenantId) ?? []), wait]);
    this.due.clear();
    await Promise.all([...byTenant].map(([tenantId, waits]) => this.readTenant(tenantId, waits)));
    this.reading = false;
    this.gather();
  }

  private async readTenant(tenantId: Uuid, waits: TurnWait[]): Promise<void> {
    try {
      const ids = [...new Set(waits.map((wait) => wait.messageId!))];
      const turns = await this.database.inTenant(tenantId, (tenant) => tenant.turns.ofMessages(ids));
      for (const wait of waits) wait.tell(turns.filter((turn) => turn.messageId === wait.messageId));
    } catch (error) {
      // The next tick looks again.
      this.logger.warn({ err: error, tenantId }, 'Could not read the turns that callers wait for');
    }
  }
}
