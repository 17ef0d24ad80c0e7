import { hostname } from 'node:os';
import { Database, Dispatch, TurnPath } from '@app/persistence';
import { MediaLinks, SecretBox, type Logger } from '@app/platform';
import { headlessPublisher, RedisConnections, TurnAlarm, TurnConsumer, TurnQueue } from '@app/transport';
import { Inject, Injectable, Module, OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import { NativeEngine } from '../engines/native/native.engine.js';
import { WorkerEnv } from '../env.js';
import { MadeFiles } from '../files/made-files.js';
import { createModels } from '../models/models.js';
import { LOGGER } from '../tokens.js';
import { HeldTurns } from './held-turns.js';
import { Sweeper } from './sweeper.js';
import { Backlog } from './backlog.js';
import { slots, turnsHeld } from './turn-metrics.js';
import { TurnAnnouncer } from './turn-announcer.js';
import { TurnRunner } from './turn-runner.js';
import { TurnTaker } from './turn-taker.js';

/** How long a turn that was broken off may take to end, in milliseconds, before its slot counts as lost. */
const STUCK_AFTER_MS = 30_000;

/** Puts the parts of a worker together, starts to take turns, and stops in order. */
@Injectable()
export class TurnsService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly held: HeldTurns;
  private readonly queue: TurnQueue;
  private readonly sweeper: Sweeper;
  private readonly taker: TurnTaker;
  private readonly backlog: Backlog;
  private consumer?: TurnConsumer;
  private stopHearing?: () => void;

  constructor(
    @Inject(WorkerEnv) private readonly env: WorkerEnv,
    @Inject(Database) database: Database,
    @Inject(RedisConnections) private readonly redis: RedisConnections,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const worker = env.INSTANCE_NAME ?? `${hostname()}-${process.pid}`;
    const path = new TurnPath(database, {
      worker,
      leaseMs: env.TURN_LEASE_MS,
      history: env.TURN_HISTORY,
      maxDepth: env.MAX_AGENT_CHAIN,
      defaultShare: env.TURN_DEFAULT_SHARE,
    });
    const rooms = headlessPublisher(redis, (error, doing) => logger.debug({ err: error, doing }, 'Publishing failed'));
    this.queue = new TurnQueue(redis, logger);
    const announcer = new TurnAnnouncer(rooms, this.queue, new MediaLinks(env.ENCRYPTION_KEY));
    this.held = new HeldTurns(path, { leaseMs: env.TURN_LEASE_MS, timeoutMs: env.TURN_TIMEOUT_MS }, logger);
    const runner = new TurnRunner(new NativeEngine(), createModels(env), database);
    const files = new MadeFiles({ url: env.MEDIA_URL, encryptionKey: env.ENCRYPTION_KEY }, logger);
    this.taker = new TurnTaker(
      { path, held: this.held, runner, files, announcer, secrets: new SecretBox(env.ENCRYPTION_KEY), logger },
      { maxAttempts: env.TURN_MAX_ATTEMPTS, retryMs: env.TURN_RETRY_MS, chunkIntervalMs: env.CHUNK_INTERVAL_MS },
    );
    this.backlog = new Backlog(new Dispatch(database), logger);
    this.sweeper = new Sweeper(
      { dispatch: new Dispatch(database), path, queue: this.queue, announcer, logger },
      {
        worker,
        slots: env.WORKER_SLOTS,
        intervalMs: env.SWEEP_INTERVAL_MS,
        unclaimedMs: env.TURN_UNCLAIMED_MS,
        maxAttempts: env.TURN_MAX_ATTEMPTS,
      },
    );
  }

  onApplicationBootstrap(): void {
    this.consumer = new TurnConsumer(this.redis, this.logger, this.env.WORKER_SLOTS, (job) => this.taker.take(job));
    this.stopHearing = new TurnAlarm(this.redis).hear((turnId) => this.held.look(turnId));
    this.sweeper.start();
    turnsHeld.watch({}, () => this.held.size);
    slots.watch({}, () => this.env.WORKER_SLOTS);
    if (this.env.INTERNAL_PORT !== undefined) this.backlog.start();
  }

  /** Whether turns are taken, or would be: a turn that goes on for longer than any may has taken its slot for good. */
  couldTake(): boolean {
    return this.consumer?.couldTake(this.env.TURN_TIMEOUT_MS + STUCK_AFTER_MS) ?? true;
  }

  /** Running turns get their grace; what is left is handed back to the others at once. */
  async beforeApplicationShutdown(): Promise<void> {
    const handBack = setTimeout(() => this.held.abortAll('shutdown'), this.env.SHUTDOWN_GRACE_MS);
    await this.consumer?.close();
    clearTimeout(handBack);
    await this.sweeper.stop();
    await this.backlog.stop();
    this.stopHearing?.();
    this.held.close();
    await this.queue.close().catch(() => undefined);
  }
}

@Module({ providers: [TurnsService] })
export class TurnsModule {}
