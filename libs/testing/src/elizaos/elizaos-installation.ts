import { readFileSync } from 'node:fs';
import { newId, type Uuid } from '@app/contracts';
import { Client } from 'pg';
import { inRepository } from '../cluster/places.js';
import { setting } from '../database.js';

/** What the real server answered to one reading. */
export interface RecordedAnswer {
  path: string;
  status: number;
  body: { data: Record<string, unknown> };
}

/** The database that a real ElizaOS server left, on a Postgres of the test run. */
export interface ElizaosInstallation {
  url: string;
  /** The things in it by name. */
  ids: Record<string, Uuid>;
  /** What it answered when it was still running. */
  answers: RecordedAnswer[];
  /** Its data folder. */
  files: string;
  query<R>(text: string, values?: unknown[]): Promise<R[]>;
  /** Drops it. */
  close(): Promise<void>;
}

const FIXTURE = inRepository('test/fixtures/elizaos');

/** A copy of that database of a test's own (tools/elizaos makes the original). */
export async function elizaosInstallation(): Promise<ElizaosInstallation> {
  const name = `e_${newId().replaceAll('-', '').slice(8)}`;
  const adminUrl = setting('TEST_DATABASE_ADMIN_URL');
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  await once(adminUrl, `create database ${name}`);
  const client = new Client({ connectionString: url.toString() });
  await client.connect();
  await client.query(readFileSync(elizaosDump(), 'utf8'));
  return {
    url: url.toString(),
    ids: read('ids.json') as Record<string, Uuid>,
    answers: read('answers.json') as RecordedAnswer[],
    files: `${FIXTURE}/data`,
    query: async <R>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as R[],
    async close() {
      await client.end();
      await once(adminUrl, `drop database ${name} with (force)`);
    },
  };
}

/** The file that has the database as SQL. */
export function elizaosDump(): string {
  return `${FIXTURE}/database.sql`;
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(`${FIXTURE}/${file}`, 'utf8'));
}

async function once(url: string, text: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
