import { DataSource } from 'typeorm';
import type { Pool } from 'pg';
import { ENTITIES } from '../entities/entities.js';

/** How to reach Postgres. */
export interface DatabaseConfig {
  /** `DATABASE_URL`: the application's login. */
  url: string;
  /** `DATABASE_OWNER_URL`: the login that owns the schema. Without it `url` is the owner's and serves as `eliza_app`. */
  ownerUrl?: string;
  poolSize?: number;
  applicationName?: string;
}

/** Bounds for every statement of a serving process: nothing waits for ever, no transaction is left open. */
const LIMITS = {
  statement_timeout: 15_000,
  lock_timeout: 3_000,
  idle_in_transaction_session_timeout: 5_000,
  connectionTimeoutMillis: 5_000,
};

/**
 * A data source for serving. In pipeline mode a transaction's BEGIN and tenant travel with its first statement.
 * With one address for everything each connection starts in the role `eliza_app`.
 */
export function servingDataSource(config: DatabaseConfig): DataSource {
  const extra: Record<string, unknown> = { ...LIMITS, pipeline: true };
  if (!config.ownerUrl || config.ownerUrl === config.url) extra['options'] = '-c role=eliza_app';
  return new DataSource({
    type: 'postgres',
    url: config.url,
    entities: ENTITIES,
    poolSize: config.poolSize ?? 10,
    applicationName: config.applicationName ?? 'eliza-fleet',
    logging: false,
    extra,
  });
}

/** The connection pool under a data source. */
export function poolOf(source: DataSource): Pool {
  return (source.driver as unknown as { master: Pool }).master;
}
