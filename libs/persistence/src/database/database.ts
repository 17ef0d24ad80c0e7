import type { Uuid } from '@app/contracts';
import { isUuid } from '@app/contracts';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Pool, QueryResultRow } from 'pg';
import { measured, watchPool } from './database-metrics.js';
import { LIMITS, poolOf, servingDataSource, type DatabaseConfig } from './connection.js';
import { namingQuota } from '../usage/used-up.js';
import { withRetry } from './retry.js';
import { TenantScope } from './tenant-scope.js';
import { awaitSchema } from './await-schema.js';
import { verifyRole } from './verify-role.js';

/** Sets the bounds for a transaction, beside the tenant. */
const BOUNDS = Object.entries(LIMITS)
  .map(([name, ms]) => `, set_config('${name}', '${ms}', true)`)
  .join('');

/** One statement, prepared under its name. */
export interface Statement {
  name: string;
  text: string;
  values: unknown[];
}

/** The two doors to the data: one tenant at a time, or across tenants without content. There is no third. */
export class Database {
  private readonly unwatch: () => void;

  private constructor(
    private readonly source: DataSource,
    private readonly pool: Pool,
    private readonly prepared: boolean,
  ) {
    this.unwatch = watchPool(pool);
  }

  /**
   * Connects, and refuses a login for which the fence between tenants would not hold. Waits for a migration that is due,
   * a minute at most.
   */
  static async open(config: DatabaseConfig): Promise<Database> {
    const source = await servingDataSource(config).initialize();
    const pool = poolOf(source);
    try {
      await verifyRole(pool);
      await awaitSchema(pool);
    } catch (error) {
      await source.destroy();
      throw error;
    }
    return new Database(source, pool, config.prepared ?? true);
  }

  /**
   * Runs `work` in one transaction that sees and writes only this tenant's rows. All or nothing. When Postgres asks
   * for it, `work` is run again from the start, so it must do nothing but database work; everything else belongs in
   * `afterCommit`, which runs once, after the commit, and is waited for.
   *
   * @throws FleetError QUOTA_EXCEEDED when something is to be stored for which the tenant's plan has nothing left
   */
  async inTenant<T>(tenantId: Uuid, work: (tenant: TenantScope) => Promise<T>): Promise<T> {
    const { result, scope } = await withRetry(() =>
      measured('transaction', () => this.transaction(tenantId, work)),
    ).catch(refused);
    await scope.committed();
    return result;
  }

  /**
   * Runs one statement that sees and writes only this tenant's rows, in one round trip. `$1` is the tenant; the
   * statement must read it from `fence.tenant_id`, which puts the fence up before anything else runs:
   * `select … from fence, lateral f(fence.tenant_id, $2) as f`.
   *
   * @throws FleetError QUOTA_EXCEEDED as {@link inTenant}
   */
  async oneInTenant<R extends QueryResultRow>(statement: Statement): Promise<R[]> {
    const text = `with fence as materialized (select set_config('app.tenant_id', $1, true)::uuid as tenant_id) ${statement.text}`;
    const { name, values } = statement;
    const query = this.prepared ? { name, text, values } : { text, values };
    return withRetry(async () => (await measured('statement', () => this.pool.query<R>(query))).rows).catch(refused);
  }

  /**
   * Runs one read over all tenants that sees ids, states and times, never content. What it finds is changed through
   * {@link inTenant}.
   */
  async acrossTenants<R extends QueryResultRow>(text: string, values: unknown[] = []): Promise<R[]> {
    return measured('across', () => this.dispatched<R>(text, values));
  }

  /** Whether Postgres answers. */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async close(): Promise<void> {
    this.unwatch();
    await this.source.destroy();
  }

  private async dispatched<R extends QueryResultRow>(text: string, values: unknown[]): Promise<R[]> {
    const client = await this.pool.connect();
    // A connection that breaks fails the statement, and is told as an event too: unheard, that would end the process.
    const heard = (): void => undefined;
    client.on('error', heard);
    let broken = false;
    try {
      const [, , result] = await Promise.all([
        client.query('begin'),
        client.query('set local role eliza_dispatch'),
        client.query<R>(text, values),
        client.query('commit'),
      ]);
      return result.rows;
    } catch (error) {
      broken = true;
      throw error;
    } finally {
      // A statement that failed leaves the others of its pipeline in doubt: the connection is not used again.
      client.release(broken);
      if (!broken) client.off('error', heard);
    }
  }

  private async transaction<T>(
    tenantId: Uuid,
    work: (tenant: TenantScope) => Promise<T>,
  ): Promise<{ result: T; scope: TenantScope }> {
    if (!isUuid(tenantId)) throw new Error('A tenant is needed');
    const runner = this.source.createQueryRunner();
    await runner.connect();
    const opened = this.begin(runner, tenantId);
    // Its failure is met below; until then it must not count as unhandled.
    opened.catch(() => undefined);
    try {
      const scope = new TenantScope(tenantId, runner.manager);
      const result = await work(scope);
      await opened;
      await this.commit(runner);
      return { result, scope };
    } catch (error) {
      await runner.query('rollback').catch(() => undefined);
      throw error;
    } finally {
      await runner.release();
    }
  }

  private async begin(runner: QueryRunner, tenantId: Uuid): Promise<void> {
    await Promise.all([
      runner.query('begin'),
      runner.query(`select set_config('app.tenant_id', $1, true)${this.prepared ? '' : BOUNDS}`, [tenantId]),
    ]);
  }

  /** Postgres answers COMMIT with ROLLBACK when a statement of the transaction failed and nobody looked. */
  private async commit(runner: QueryRunner): Promise<void> {
    const client = (await runner.connect()) as { query(text: string): Promise<{ command: string }> };
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed');
  }
}

/** Whatever meters refuse is told by its name. */
function refused(error: unknown): never {
  throw namingQuota(error);
}
