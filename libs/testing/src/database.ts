import { Database, createTenant, type DatabaseConfig } from '@app/persistence';
import { newId, type Uuid } from '@app/contracts';
import { Client } from 'pg';

/** A database of a test's own, cloned from the migrated template. */
export interface TestDatabase {
  config: DatabaseConfig & { ownerUrl: string };
  database: Database;
  /** The superuser's login: past every fence. */
  adminUrl: string;
  /** Makes a tenant and answers its id. */
  tenant(name?: string): Promise<Uuid>;
  /** Runs a statement as the superuser, past every fence. */
  asSuperuser<R>(text: string, values?: unknown[]): Promise<R[]>;
  /** Closes and drops it. */
  close(): Promise<void>;
}

/** A database of a test file's own. Cloning takes about a tenth of a second. */
export async function testDatabase(): Promise<TestDatabase> {
  const name = `t_${newId().replaceAll('-', '').slice(8)}`;
  const adminUrl = setting('TEST_DATABASE_ADMIN_URL');
  await once(adminUrl, `create database ${name} template ${setting('TEST_DATABASE_TEMPLATE')} owner eliza_owner`);
  const config = {
    url: withDatabase(setting('TEST_DATABASE_APP_URL'), name),
    ownerUrl: withDatabase(setting('TEST_DATABASE_OWNER_URL'), name),
  };
  const database = await Database.open(config);
  return {
    config,
    database,
    adminUrl: withDatabase(adminUrl, name),
    async tenant(tenantName = 'Test') {
      const id = newId();
      await createTenant(config.ownerUrl, { id, name: tenantName });
      return id;
    },
    asSuperuser: (text, values) => once(withDatabase(adminUrl, name), text, values),
    async close() {
      await database.close();
      await once(adminUrl, `drop database ${name} with (force)`);
    },
  };
}

/** What the test run's set-up provides (tools/jest/global-setup.mjs). */
export function setting(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run the tests with npm test, or npx jest, which start the stores`);
  return value;
}

async function once<R>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows as R[];
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const address = new URL(url);
  address.pathname = `/${name}`;
  return address.toString();
}
