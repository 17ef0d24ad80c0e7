import { cp, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { ONE_MOMENT, type SqlReader } from './sql-reader.js';

/** The Postgres in WebAssembly that ElizaOS uses. The version has to be one that reads the same folders. */
const PGLITE = { name: '@electric-sql/pglite', version: '0.3.16' };

interface Pglite {
  query(text: string): Promise<{ rows: unknown[] }>;
  close(): Promise<void>;
}

/** PGlite is not installed; the message says how it is. */
export class PgliteMissingError extends Error {
  override readonly name = 'PgliteMissingError';

  constructor() {
    super(`A PGlite folder is read with a package of its own: npm install --no-save ${PGLITE.name}@${PGLITE.version}`);
  }
}

/** Reads a PGlite folder: a copy of it, because opening one writes into it. */
export class PgliteReader implements SqlReader {
  private constructor(
    private readonly database: Pglite,
    private readonly scratch: string,
  ) {}

  /** @throws PgliteMissingError */
  static async open(folder: string): Promise<PgliteReader> {
    const { PGlite } = await pglite();
    const scratch = await mkdtemp(path.join(os.tmpdir(), 'eliza-moving-in-'));
    try {
      await cp(folder, scratch, { recursive: true });
      const database = await PGlite.create(scratch);
      await database.query(ONE_MOMENT);
      return new PgliteReader(database, scratch);
    } catch (error) {
      await rm(scratch, { recursive: true, force: true });
      throw error;
    }
  }

  async query<R>(text: string): Promise<R[]> {
    return (await this.database.query(text)).rows as R[];
  }

  async close(): Promise<void> {
    await this.database.close();
    await rm(this.scratch, { recursive: true, force: true });
  }
}

/** An optional dependency: it is large, and of use once in the life of an installation, so images are built without. */
async function pglite(): Promise<{ PGlite: { create(folder: string): Promise<Pglite> } }> {
  const { name } = PGLITE;
  try {
    return (await import(name)) as { PGlite: { create(folder: string): Promise<Pglite> } };
  } catch (error) {
    if (['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes((error as { code?: string }).code ?? '')) {
      throw new PgliteMissingError();
    }
    throw error;
  }
}
