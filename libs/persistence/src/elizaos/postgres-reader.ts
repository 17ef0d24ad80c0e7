import { Client, type QueryResultRow } from 'pg';
import { ONE_MOMENT, type SqlReader } from './sql-reader.js';

/** Reads a database of a Postgres server. */
export class PostgresReader implements SqlReader {
  private constructor(private readonly client: Client) {}

  static async open(url: string): Promise<PostgresReader> {
    const client = new Client({ connectionString: url, application_name: 'eliza-fleet moving in' });
    // A connection that breaks fails the next statement; unheard, the event would end the process.
    client.on('error', () => undefined);
    await client.connect();
    await client.query(ONE_MOMENT);
    return new PostgresReader(client);
  }

  async query<R>(text: string): Promise<R[]> {
    const { rows } = await this.client.query<QueryResultRow>(text);
    return rows as R[];
  }

  async close(): Promise<void> {
    await this.client.end();
  }
}
