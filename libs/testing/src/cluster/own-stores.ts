import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { newId } from '@app/contracts';
import { setting } from '../database.js';
import { inRepository } from './places.js';

/** A Redis that a test may stop and start. */
export interface OwnRedis {
  url: string;
  port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
}

/** A Postgres that a test may stop and start, with an empty database of the schema's owner. */
export interface OwnPostgres {
  adminUrl: string;
  url: string;
  ownerUrl: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Stops it and deletes its data. */
  close(): Promise<void>;
}

/** A PgBouncer in transaction mode before the Postgres of a test. */
export interface OwnPgBouncer {
  /** The same login and database, by way of it. */
  url: string;
  close(): Promise<void>;
}

/** A server as the launcher's tools hand it out. */
interface Server {
  url: string;
  port: number;
  stop(): Promise<void>;
}

interface PostgresServer extends Omit<Server, 'url'> {
  url(options?: { database?: string }): string;
  dataDirectory: string;
}

interface Tools {
  startRedis(options: { directory: string; port?: number }): Promise<Server>;
  startPostgres(options: {
    directory: string;
    password: string;
    port?: number;
    settings: Record<string, string>;
  }): Promise<PostgresServer>;
  startPgBouncer(options: {
    directory: string;
    postgresPort: number;
    users: Record<string, string>;
    poolSize: number;
  }): Promise<{ port: number; stop(): Promise<void> }>;
  provision(postgres: PostgresServer, secrets: Secrets): Promise<void>;
  databaseEnv(postgres: PostgresServer, secrets: Secrets): { DATABASE_URL: string; DATABASE_OWNER_URL: string };
}

interface Secrets {
  databaseOwnerPassword: string;
  databaseAppPassword: string;
}

/** A Redis of this test alone, running. */
export async function ownRedis(): Promise<OwnRedis> {
  const { startRedis } = await tool('redis');
  const directory = newDirectory();
  let server = await startRedis({ directory });
  const { url, port } = server;
  return {
    url,
    port,
    async start() {
      server = await startRedis({ directory, port });
    },
    stop: () => server.stop(),
    async close() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/**
 * A Postgres of this test alone, running.
 *
 * @public for tests in which Postgres goes away; `Cluster.start` takes it already
 */
export async function ownPostgres(): Promise<OwnPostgres> {
  const [{ startPostgres }, { provision, databaseEnv }] = await Promise.all([tool('postgres'), tool('provision')]);
  const directory = newDirectory();
  const secrets = { databaseOwnerPassword: 'owner', databaseAppPassword: 'app' };
  // What is acknowledged has to survive a restart, not a power cut.
  const options = { directory, password: 'admin', settings: { fsync: 'off' } };
  let server = await startPostgres(options);
  const { port, dataDirectory } = server;
  await provision(server, secrets);
  const env = databaseEnv(server, secrets);
  return {
    adminUrl: server.url({ database: 'eliza' }),
    url: env.DATABASE_URL,
    ownerUrl: env.DATABASE_OWNER_URL,
    async start() {
      server = await startPostgres({ ...options, port });
    },
    stop: () => server.stop(),
    async close() {
      await server.stop();
      for (const place of [directory, dataDirectory]) rmSync(place, { recursive: true, force: true });
    },
  };
}

/** A PgBouncer before the Postgres at this address, with so many connections to it. */
export async function ownPgBouncer(url: string, poolSize: number): Promise<OwnPgBouncer> {
  const { startPgBouncer } = await tool('pgbouncer');
  const directory = newDirectory();
  const address = new URL(url);
  const users = { [address.username]: decodeURIComponent(address.password) };
  const server = await startPgBouncer({ directory, postgresPort: Number(address.port), users, poolSize });
  address.port = String(server.port);
  return {
    url: address.toString(),
    async close() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Why there can be no PgBouncer here; undefined where there can. */
export function whyNoPgBouncer(): string | undefined {
  const program = `import { pgBouncerBinary } from ${JSON.stringify(inRepository('tools', 'stores', 'pgbouncer.mjs'))};
    await pgBouncerBinary(${JSON.stringify(path.join(os.tmpdir(), 'eliza-pgbouncer'))});`;
  const found = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
    timeout: 120_000,
  });
  return found.status === 0 ? undefined : found.stderr;
}

/** The address of the run's Redis, which all tests share under prefixes of their own. */
export function sharedRedis(): { url: string; prefix: string } {
  return { url: setting('TEST_REDIS_URL'), prefix: `t${newId().replaceAll('-', '').slice(8)}` };
}

async function tool(name: string): Promise<Tools> {
  return (await import(inRepository('tools', 'stores', `${name}.mjs`))) as Tools;
}

function newDirectory(): string {
  return mkdtempSync(path.join(os.tmpdir(), 'eliza-system-'));
}
