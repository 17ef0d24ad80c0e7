/** Serialization failure and deadlock: Postgres asks for the transaction to be run again. */
const RUN_AGAIN = new Set(['40001', '40P01']);
const ATTEMPTS = 3;

/** Runs `work` again, up to three times in all, when Postgres gave up on it in favour of another transaction. */
export async function withRetry<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= ATTEMPTS || !RUN_AGAIN.has(sqlState(error) ?? '')) throw error;
    }
  }
}

/** The SQLSTATE of an error of Postgres, through TypeORM's wrapping too. */
export function sqlState(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' ? state : undefined;
}

/** Whether a row with this key exists already. */
export function isDuplicate(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** Whether a row refers to what does not exist, or is referred to itself and so cannot go. */
export function isReferred(error: unknown): boolean {
  return sqlState(error) === '23503';
}
