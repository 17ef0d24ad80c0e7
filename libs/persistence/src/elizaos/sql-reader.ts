/** Reads one database within one transaction: everything as it was at one moment. */
export interface SqlReader {
  query<R>(text: string): Promise<R[]>;
  close(): Promise<void>;
}

/** Opens the moment that is read. Nothing can be written within it. */
export const ONE_MOMENT = 'begin isolation level repeatable read read only';

/** Rows of a query in portions, so that memory holds one portion however many rows there are. */
export async function* portions<R>(reader: SqlReader, query: string, size: number): AsyncGenerator<R[]> {
  await reader.query(`declare portion no scroll cursor for ${query}`);
  try {
    for (;;) {
      const rows = await reader.query<R>(`fetch ${size} from portion`);
      if (rows.length === 0) return;
      yield rows;
    }
  } finally {
    await reader.query('close portion');
  }
}
