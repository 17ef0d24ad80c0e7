import { DataSource } from 'typeorm';
import type { Pool } from 'pg';
import { ENTITIES } from '../entities/entities.js';

/** How to reach Postgres. */
export interface DatabaseConfig {
  /** `DATABASE_URL`: the application's login. */
  url: string;
  /** `DATABASE_OWNER_URL`: the login that owns the schema. Where it is the same or not named, `url` serves as `eliza_app`. */
  ownerUrl?: string;
  poolSize?: number;
  /**
   * `DATABASE_PREPARED`: false behind a pooler that hands a connection to somebody else after each transaction. Then no
   * statement is prepared under a name, and nothing is asked of a connection as such. Such a login has to be in the
   * right role by itself.
   */
  prepared?: boolean;
  applicationName?: string;
}

/**
 * Bounds for every statement of a serving process: nothing waits for ever, no transaction is left open. Behind a pooler
 * each transaction sets them for itself, and single statements are bounded by the role.
 */
export const LIMITS = { statement_timeout: 15_000, lock_timeout: 3_000, idle_in_transaction_session_timeout: 5_000 };

/** How long a connection may take to come about, in milliseconds. */
const CONNECT_MS = 5_000;

/**
 * A data source for serving. In pipeline mode a transaction's BEGIN and tenant travel with its first statement.
 * With one address for everything each connection starts in the role `eliza_app`.
 */
export function servingDataSource(config: DatabaseConfig): DataSource {
  const { prepared = true } = config;
  const ofConnection: Record<string, unknown> = prepared ? { ...LIMITS } : {};
  // A pooler hands no role on. Behind one the login has to be in the right role by itself, which is verified later.
  if (prepared && (!config.ownerUrl || config.ownerUrl === config.url)) ofConnection['options'] = '-c role=eliza_app';
  return new DataSource({
    type: 'postgres',
    url: config.url,
    entities: ENTITIES,
    poolSize: config.poolSize ?? 10,
    applicationName: config.applicationName ?? 'eliza-fleet',
    logging: false,
    extra: { ...ofConnection, connectionTimeoutMillis: CONNECT_MS, pipeline: true },
  });
}

/** The connection pool under a data source. */
export function poolOf(source: DataSource): Pool {
  return (source.driver as unknown as { master: Pool }).master;
}
