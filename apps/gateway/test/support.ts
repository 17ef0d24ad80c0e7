import { Writable } from 'node:stream';
import { newId, type Uuid } from '@app/contracts';
import { freePort, setting, testDatabase, type TestDatabase } from '@app/testing';
import type { INestApplication } from '@nestjs/common';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { bootstrap } from '../src/bootstrap.js';
import { SocketServerHolder } from '../src/realtime/socket-server-holder.js';

/** What a gateway answered. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  /** The parsed body; tests look into it freely. */
  body: Body;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers of any shape are taken apart by tests
type Body = any;

/** A gateway in this process, on a database of its own. */
export class TestGateway {
  readonly logs: string[] = [];
  /** Every answer it gave, as text. */
  readonly answers: string[] = [];
  private readonly sockets: Socket[] = [];
  private app?: Awaited<ReturnType<typeof bootstrap>>;

  private constructor(
    readonly url: string,
    readonly db: TestDatabase,
    readonly redisPrefix: string,
    private readonly ownsDatabase: boolean,
  ) {}

  /** @param beside a gateway whose stores are used too, as another process of the same installation */
  static async start(env: Record<string, string> = {}, beside?: TestGateway): Promise<TestGateway> {
    const port = await freePort();
    const db = beside?.db ?? (await testDatabase());
    const gateway = new TestGateway(`http://127.0.0.1:${port}`, db, beside?.redisPrefix ?? `t-${newId()}`, !beside);
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        gateway.logs.push(chunk.toString());
        done();
      },
    });
    gateway.app = await bootstrap(
      {
        SERVER_PORT: String(port),
        SERVER_HOST: '127.0.0.1',
        DATABASE_URL: db.config.url,
        DATABASE_OWNER_URL: db.config.ownerUrl,
        REDIS_URL: setting('TEST_REDIS_URL'),
        REDIS_PREFIX: gateway.redisPrefix,
        ENCRYPTION_KEY: setting('TEST_ENCRYPTION_KEY'),
        LOG_LEVEL: 'trace',
        NODE_ENV: 'test',
        RATE_LIMITS: 'off',
        ...env,
      },
      pino({}, sink),
    );
    return gateway;
  }

  /** What Nest has made of it. */
  get application(): INestApplication {
    return this.app!;
  }

  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    return this.send(path, { method, headers: { 'content-type': 'application/json', ...headers }, ...json });
  }

  async send(path: string, init: RequestInit): Promise<Reply> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    this.answers.push(text);
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : undefined };
  }

  /** A socket whose events are written down. */
  async connect(entityId: Uuid = newId(), more: Record<string, unknown> = {}): Promise<Listener> {
    const listener = this.dial({ entityId, ...more });
    await listener.next('connection_established');
    return listener;
  }

  /** A socket that may be refused. */
  dial(auth: Record<string, unknown>, options: Record<string, unknown> = {}): Listener {
    const socket = io(this.url, { auth, transports: ['websocket'], forceNew: true, reconnection: false, ...options });
    this.sockets.push(socket);
    return new Listener(socket);
  }

  /** How many rows a table has. */
  async count(table: string): Promise<number> {
    const [row] = await this.db.asSuperuser<{ count: string }>(`select count(*) from ${table}`);
    return Number(row!.count);
  }

  /** The rooms this process listens to, through sockets or by itself. */
  rooms(): string[] {
    return [...this.app!.get(SocketServerHolder).adapter().rooms.keys()];
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.disconnect();
    await this.app?.close();
    if (this.ownsDatabase) await this.db.close();
  }
}

/** A socket with a memory: events that came before somebody waits for them are not missed. */
export class Listener {
  readonly heard: { event: string; payload: Body }[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(readonly socket: Socket) {
    const note = (event: string, payload: unknown): void => {
      this.heard.push({ event, payload });
      for (const wake of [...this.waiting]) wake();
    };
    socket.onAny((event: string, payload: unknown) => note(event, payload));
    socket.on('connect_error', (error) => note('connect_error', error.message));
    socket.on('disconnect', (reason) => note('disconnect', reason));
  }

  all(event: string): Body[] {
    return this.heard.filter((entry) => entry.event === event).map((entry) => entry.payload);
  }

  /** The first event of that name which `fits`, heard already or to come. */
  async next(event: string, fits: (payload: Body) => boolean = () => true): Promise<Body> {
    const find = (): unknown => this.all(event).find((payload) => fits(payload));
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.waiting.delete(wake);
        reject(new Error(`No fitting ${event} came; heard: ${JSON.stringify(this.heard).slice(0, 2_000)}`));
      }, 5_000);
      this.waiting.add(wake);
      wake();
    });
  }

  async join(channelId: Uuid, more: Record<string, unknown> = {}): Promise<Body> {
    this.socket.emit('message', { type: 1, payload: { channelId, roomId: channelId, ...more } });
    return this.next('channel_joined', (joined) => joined.channelId === channelId);
  }
}
