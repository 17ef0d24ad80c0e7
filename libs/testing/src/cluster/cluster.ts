import { DEFAULT_TENANT_ID, newId, type Uuid } from '@app/contracts';
import { Database } from '@app/persistence';
import { Client } from 'pg';
import { setting, testDatabase } from '../database.js';
import { FleetProcess } from './fleet-process.js';
import { type OwnPostgres, type OwnRedis, sharedRedis } from './own-stores.js';
import { freePort } from './free-port.js';
import { built } from './places.js';
import { TURN, type TurnRow } from './stored-record.js';
import { until } from './until.js';

/** What a cluster consists of. */
export interface ClusterOptions {
  gateways?: number;
  workers?: number;
  /** Whether there is a media-service, and gateways hand requests for files on to it. */
  media?: boolean;
  /** Environment of all processes. */
  env?: Record<string, string>;
  /** Further environment of one process, such as `worker-1`. */
  envOf?: Record<string, Record<string, string>>;
  /** A Redis of the test's own instead of the run's. */
  redis?: OwnRedis;
  /** A Postgres of the test's own instead of the run's. */
  postgres?: OwnPostgres;
}

/** Where the data of a cluster is, and the test's own way to it. */
interface Data {
  config: { url: string; ownerUrl: string };
  database: Database;
  asSuperuser<R>(text: string, values?: unknown[]): Promise<R[]>;
  close(): Promise<void>;
}

/** Built gateways and workers on free ports, over a database and a part of Redis of their own. */
export class Cluster {
  readonly gateways: FleetProcess[];
  readonly workers: FleetProcess[];
  /** The media-service, where one was asked for. */
  readonly media?: FleetProcess;

  private constructor(
    fleet: { gateways: FleetProcess[]; workers: FleetProcess[]; media?: FleetProcess },
    private readonly data: Data,
    readonly redis: { url: string; prefix: string },
  ) {
    this.gateways = fleet.gateways;
    this.workers = fleet.workers;
    this.media = fleet.media;
  }

  /** Starts a cluster. Whoever gets one closes it. */
  static async start(options: ClusterOptions = {}): Promise<Cluster> {
    const data = await (options.postgres ? dataOf(options.postgres) : testDatabase());
    const redis = options.redis ? { url: options.redis.url, prefix: 'own' } : sharedRedis();
    const mediaPort = String(await freePort());
    const env = {
      ...(options.media ? { ...s3Variables(), ...withMedia(mediaPort) } : {}),
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      RATE_LIMITS: 'off',
      DATABASE_URL: data.config.url,
      DATABASE_OWNER_URL: data.config.ownerUrl,
      REDIS_URL: redis.url,
      REDIS_PREFIX: redis.prefix,
      ENCRYPTION_KEY,
      MODEL_PROVIDER: 'scripted',
      ...options.env,
    };
    const make = async (kind: 'gateway' | 'worker' | 'media', index: number): Promise<FleetProcess> => {
      const name = `${kind}-${index + 1}`;
      const { program, portName, ready } = KINDS[kind];
      const port = kind === 'media' ? mediaPort : String(await freePort());
      const own = { [portName]: port, INSTANCE_NAME: name, ...HOSTS, ...options.envOf?.[name] };
      return new FleetProcess({ name, program: built(program), env: { ...env, ...own }, ready });
    };
    const range = (count: number): number[] => [...Array(count).keys()];
    const gateways = await Promise.all(range(options.gateways ?? 2).map((index) => make('gateway', index)));
    const workers = await Promise.all(range(options.workers ?? 2).map((index) => make('worker', index)));
    const media = options.media ? await make('media', 0) : undefined;
    if (media) media.options.env['GATEWAY_URL'] = `http://127.0.0.1:${gateways[0]?.options.env['SERVER_PORT']}`;
    const cluster = new Cluster({ gateways, workers, media }, data, redis);
    try {
      await Promise.all(cluster.processes.map((one) => one.start()));
    } catch (error) {
      await cluster.close();
      throw error;
    }
    return cluster;
  }

  get processes(): FleetProcess[] {
    return [...this.gateways, ...this.workers, ...(this.media ? [this.media] : [])];
  }

  /** The tenant that everybody belongs to who comes in through a gateway. */
  get tenantId(): string {
    return DEFAULT_TENANT_ID;
  }

  get database(): Database {
    return this.data.database;
  }

  /** The login of the schema's owner. */
  get ownerUrl(): string {
    return this.data.config.ownerUrl;
  }

  /** The address of a gateway, counted from 1. */
  url(gateway: number): string {
    return `http://127.0.0.1:${this.gateway(gateway).options.env['SERVER_PORT']}`;
  }

  /** A gateway, counted from 1. */
  gateway(number: number): FleetProcess {
    return this.gateways[number - 1]!;
  }

  /** A worker, counted from 1. */
  worker(number: number): FleetProcess {
    return this.workers[number - 1]!;
  }

  /** Runs a statement as the superuser, past every fence. */
  sql<R>(text: string, values: unknown[] = []): Promise<R[]> {
    return this.data.asSuperuser<R>(text, values);
  }

  /**
   * Says which processes ended without being asked to, and shows what they logged.
   *
   * @throws Error
   */
  assertAlive(): void {
    const dead = this.processes.filter((one) => one.diedOf !== undefined);
    if (dead.length > 0) throw new Error(dead.map((one) => `${one.diedOf}\n${tail(one)}`).join('\n\n'));
  }

  /** The last lines of all logs, for a failed test. */
  logs(lines = 40): string {
    return this.processes.map((one) => `--- ${one.name}\n${tail(one, lines)}`).join('\n');
  }

  /** Waits until the turn of a message has come into one of these states, and answers it. */
  async turn(messageId: Uuid, ...states: string[]): Promise<TurnRow> {
    return until(`the turn of ${messageId} was ${states.join(' or ')}`, async () => {
      const [turn] = await this.sql<TurnRow>(`select ${TURN} from turns where message_id = $1`, [messageId]);
      return turn && states.includes(turn.state) && turn;
    });
  }

  /** Ends every process and drops the database. */
  async close(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.kill()));
    await this.data.close();
  }
}

const HOSTS = { SERVER_HOST: '127.0.0.1', WORKER_HOST: '127.0.0.1' };

const KINDS = {
  gateway: { program: 'apps/gateway/src/main.js', portName: 'SERVER_PORT', ready: 'The gateway serves' },
  media: { program: 'apps/media-service/src/main.js', portName: 'MEDIA_PORT', ready: 'The media-service listens' },
  worker: { program: 'apps/agent-worker/src/main.js', portName: 'WORKER_PORT', ready: 'The worker takes turns' },
};

/** The run's S3, with a bucket of the cluster's own. */
function s3Variables(): Record<string, string> {
  return {
    S3_ENDPOINT: setting('TEST_S3_ENDPOINT'),
    S3_ACCESS_KEY_ID: setting('TEST_S3_ACCESS_KEY_ID'),
    S3_SECRET_ACCESS_KEY: setting('TEST_S3_SECRET_ACCESS_KEY'),
    S3_BUCKET: `cluster-${newId()}`,
  };
}

function tail(one: FleetProcess, lines = 40): string {
  return one.lines.slice(-lines).join('\n');
}

async function dataOf(postgres: OwnPostgres): Promise<Data> {
  const config = { url: postgres.url, ownerUrl: postgres.ownerUrl };
  const migration = new FleetProcess({
    name: 'migrate',
    program: built('libs/persistence/src/migrate.js'),
    env: { ...process.env, DATABASE_URL: config.url, DATABASE_OWNER_URL: config.ownerUrl, ENCRYPTION_KEY },
    ready: 'The database is up to date',
  });
  await migration.start();
  await migration.terminate();
  const database = await Database.open(config);
  return {
    config,
    database,
    async asSuperuser<R>(text: string, values: unknown[] = []) {
      const client = new Client({ connectionString: postgres.adminUrl });
      await client.connect();
      try {
        return (await client.query(text, values)).rows as R[];
      } finally {
        await client.end();
      }
    },
    close: () => database.close(),
  };
}

const ENCRYPTION_KEY = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=';

/** Gateways and the media-service know each other, and believe each other who calls. */
function withMedia(port: string): Record<string, string> {
  return { MEDIA_PORT: port, MEDIA_URL: `http://127.0.0.1:${port}`, TRUST_PROXY: 'loopback' };
}
