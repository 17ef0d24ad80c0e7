import { spawn } from 'node:child_process';
import { newId } from '@app/contracts';
import { Database } from '@app/persistence';
import { built, setting } from '@app/testing';
import { Client } from 'pg';

const AT_ONCE = 5;

let name: string;
let url: (login: string) => string;

async function asSuperuser<R>(text: string, database?: string): Promise<R[]> {
  const address = new URL(setting('TEST_DATABASE_ADMIN_URL'));
  if (database) address.pathname = `/${database}`;
  const client = new Client({ connectionString: address.href });
  await client.connect();
  try {
    return (await client.query(text)).rows as R[];
  } finally {
    await client.end();
  }
}

/** Runs the migration as an orchestrator does. Answers which migrations it applied. */
async function migrate(): Promise<string[]> {
  const env = { PATH: process.env['PATH'], DATABASE_URL: url('APP'), DATABASE_OWNER_URL: url('OWNER') };
  const child = spawn(process.execPath, [built('libs/persistence/src/migrate.js')], { env });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(output);
  return (JSON.parse(output.trim().split('\n').at(-1)!) as { migrations: string[] }).migrations;
}

beforeEach(async () => {
  name = `t_${newId().replaceAll('-', '').slice(8)}`;
  url = (login) => {
    const address = new URL(setting(`TEST_DATABASE_${login}_URL`));
    address.pathname = `/${name}`;
    return address.href;
  };
  await asSuperuser(`create database ${name} owner eliza_owner`);
});
afterEach(() => asSuperuser(`drop database ${name} with (force)`));

it('are applied once when five processes start at the same instant, and none of them fails', async () => {
  const applied = await Promise.all(Array.from({ length: AT_ONCE }, migrate));
  const some = applied.filter((migrations) => migrations.length > 0);
  expect(some).toHaveLength(1);
  const rows = await asSuperuser<{ name: string }>('select name from schema_migrations order by id', name);
  expect(rows.map((row) => row.name)).toEqual(some[0]);
  expect(await asSuperuser('select count(*)::int as tenants from tenants', name)).toEqual([{ tenants: 1 }]);
}, 120_000);

it('are waited for by a process that is there before them', async () => {
  let isOpen = false;
  const opening = Database.open({ url: url('APP'), ownerUrl: url('OWNER'), poolSize: 1 });
  const opened = opening.then(() => (isOpen = true));
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(isOpen).toBe(false);
  await migrate();
  await opened;
  await (await opening).close();
}, 120_000);

it('of a later version do not stop a process of this one', async () => {
  await migrate();
  await asSuperuser(`insert into schema_migrations (timestamp, name) values (9999999999999, 'OfTheNextVersion')`, name);
  const database = await Database.open({ url: url('APP'), ownerUrl: url('OWNER'), poolSize: 1 });
  await database.ping();
  await database.close();
}, 120_000);
