import pg from 'pg';

/** Runs a statement as the superuser, past every fence, on a connection of its own: Postgres may have been away. */
export async function ask(adminUrl, text, values = []) {
  const client = new pg.Client({ connectionString: adminUrl });
  client.on('error', () => undefined); // it ends with its server
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
