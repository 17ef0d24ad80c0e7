import type {
  ElizaosAgent,
  ElizaosChannel,
  ElizaosForgotten,
  ElizaosMemory,
  ElizaosMessage,
  ElizaosRoom,
  ElizaosServer,
  ElizaosServerAgent,
  ElizaosWorld,
} from './elizaos-rows.js';
import * as QUERIES from './elizaos-queries.js';
import { PgliteReader } from './pglite-reader.js';
import { PostgresReader } from './postgres-reader.js';
import { portions, type SqlReader } from './sql-reader.js';

/** So many rows are in memory at once. */
const PORTION = 200;

/** A database that is not one of ElizaOS 1.7.2. */
export class NotElizaosError extends Error {
  override readonly name = 'NotElizaosError';
}

/** The database of an ElizaOS 1.7.2 installation, as it is at the moment it is opened. Nothing is written into it. */
export class ElizaosSource {
  private constructor(private readonly reader: SqlReader) {}

  /**
   * @param address of a Postgres database, or the path of a PGlite folder
   * @throws NotElizaosError, PgliteMissingError
   */
  static async open(address: string): Promise<ElizaosSource> {
    const isUrl = /^postgres(ql)?:\/\//.test(address);
    const reader = isUrl ? await PostgresReader.open(address) : await PgliteReader.open(address);
    try {
      await demandTables(reader);
    } catch (error) {
      await reader.close();
      throw error;
    }
    return new ElizaosSource(reader);
  }

  agents(): AsyncGenerator<ElizaosAgent[]> {
    return this.portions(QUERIES.AGENTS);
  }

  servers(): AsyncGenerator<ElizaosServer[]> {
    return this.portions(QUERIES.SERVERS);
  }

  serverAgents(): AsyncGenerator<ElizaosServerAgent[]> {
    return this.portions(QUERIES.SERVER_AGENTS);
  }

  channels(): AsyncGenerator<ElizaosChannel[]> {
    return this.portions(QUERIES.CHANNELS);
  }

  /** Channel by channel, each in the order its messages were sent. */
  messages(): AsyncGenerator<ElizaosMessage[]> {
    return this.portions(QUERIES.MESSAGES);
  }

  worlds(): AsyncGenerator<ElizaosWorld[]> {
    return this.portions(QUERIES.WORLDS);
  }

  rooms(): AsyncGenerator<ElizaosRoom[]> {
    return this.portions(QUERIES.ROOMS);
  }

  memories(): AsyncGenerator<ElizaosMemory[]> {
    return this.portions(QUERIES.MEMORIES);
  }

  forgotten(): AsyncGenerator<ElizaosForgotten[]> {
    return this.portions(QUERIES.FORGOTTEN);
  }

  /** How many rows a table has. */
  async count(table: (typeof QUERIES.TABLES)[number]): Promise<number> {
    const [row] = await this.reader.query<{ count: number }>(`select count(*)::int as count from ${table}`);
    return row!.count;
  }

  /** How many rows cannot be read because their ids are no UUIDs, by table. */
  async oddIds(): Promise<Map<(typeof QUERIES.TABLES)[number], number>> {
    const rows = await this.reader.query<{ name: (typeof QUERIES.TABLES)[number]; count: number }>(QUERIES.ODD_IDS);
    return new Map(rows.map(({ name, count }) => [name, count]));
  }

  /** What is there beside the tables that are read: how many rows of which table. */
  async others(): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const table of QUERIES.STAY_BEHIND) {
      const [known] = await this.reader.query<{ there: boolean }>(
        `select to_regclass('${table}') is not null as there`,
      );
      if (!known!.there) continue;
      const [row] = await this.reader.query<{ count: number }>(`select count(*)::int as count from ${table}`);
      if (row!.count > 0) found.set(table, row!.count);
    }
    return found;
  }

  async close(): Promise<void> {
    await this.reader.close();
  }

  private portions<R>(query: string): AsyncGenerator<R[]> {
    return portions<R>(this.reader, query, PORTION);
  }
}

/** Databases of older servers have other tables. */
async function demandTables(reader: SqlReader): Promise<void> {
  const missing: string[] = [];
  for (const table of QUERIES.TABLES) {
    const [row] = await reader.query<{ there: boolean }>(`select to_regclass('${table}') is not null as there`);
    if (!row!.there) missing.push(table);
  }
  if (missing.length > 0) {
    throw new NotElizaosError(`This is no database of ElizaOS 1.7.2: it has no table ${missing.join(', ')}`);
  }
}
