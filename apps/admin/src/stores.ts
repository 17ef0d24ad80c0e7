import { Database } from '@app/persistence';
import { CommandError } from './command-error.js';
import type { OperatingEnv } from './env.js';

/** Commands do one thing after the other; some read several tenants at once. */
const CONNECTIONS = 4;

/** @throws CommandError when it cannot be opened */
export function openDatabase(env: OperatingEnv): Promise<Database> {
  return opened('The database of DATABASE_URL', () =>
    Database.open({
      url: env.DATABASE_URL,
      ownerUrl: env.DATABASE_OWNER_URL,
      poolSize: Math.min(CONNECTIONS, env.DATABASE_POOL_SIZE),
      prepared: env.DATABASE_PREPARED,
    }),
  );
}

/** @throws CommandError telling in a sentence what could not be opened, and why */
export async function opened<T>(what: string, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    throw new CommandError(`${what} cannot be opened: ${reasonOf(error)}`);
  }
}

/** A refused connection has a message for each address that was tried, and none of its own. */
function reasonOf(error: unknown): string {
  const { message, code, errors } = error as Error & { code?: string; errors?: Error[] };
  return message || errors?.[0]?.message || code || String(error);
}
