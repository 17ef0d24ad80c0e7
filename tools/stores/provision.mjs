import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes the two roles and the database: `eliza_owner` owns the tables and runs migrations, `eliza_app` serves and owns
 * nothing. Neither is a superuser.
 *
 * @param {{url: Function}} postgres a running server
 * @param {{databaseOwnerPassword: string, databaseAppPassword: string}} secrets
 * @param {{database?: string, directory?: string}} [options] with a directory, what was done is noted there and not
 *   done again
 */
export async function provision(postgres, secrets, { database = 'eliza', directory } = {}) {
  const done = createHash('sha256')
    .update(
      JSON.stringify([postgres.dataDirectory, database, secrets.databaseOwnerPassword, secrets.databaseAppPassword]),
    )
    .digest('hex');
  const note = directory && path.join(directory, 'provisioned');
  if (note && existsSync(note) && readFileSync(note, 'utf8') === done) return;

  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: postgres.url() });
  await client.connect();
  try {
    const role = async (name, attributes, password) => {
      const { rowCount } = await client.query('select 1 from pg_roles where rolname = $1', [name]);
      const verb = rowCount ? 'alter' : 'create';
      await client.query(`${verb} role ${name} login ${attributes} password ${client.escapeLiteral(password)}`);
    };
    await role('eliza_owner', 'createrole createdb', secrets.databaseOwnerPassword);
    await role('eliza_app', 'noinherit', secrets.databaseAppPassword);
    // migrations give the serving role its time limits and grants
    await client.query('grant eliza_app to eliza_owner with admin true, inherit false');
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(database)} owner eliza_owner`);
  } finally {
    await client.end();
  }
  if (note) writeFileSync(note, done);
}

/** The two addresses the applications and migrations get. */
export function databaseEnv(postgres, secrets, database = 'eliza') {
  return {
    DATABASE_URL: postgres.url({ user: 'eliza_app', secret: secrets.databaseAppPassword, database }),
    DATABASE_OWNER_URL: postgres.url({ user: 'eliza_owner', secret: secrets.databaseOwnerPassword, database }),
  };
}
