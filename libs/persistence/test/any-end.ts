import type { Database, TenantScope } from '@app/persistence';
import { makeAgent, type TestDatabase } from '@app/testing';

/** A statement of the scope's own transaction, past its repositories. */
export function inside<R = unknown>(scope: TenantScope, text: string, values: unknown[] = []): Promise<R[]> {
  return scope.agents['manager'].query<R[]>(text, values);
}

/** All the ways in which a transaction may end. */
const ENDS: ((scope: TenantScope) => Promise<unknown>)[] = [
  async () => undefined,
  (scope) => scope.agents.list(),
  () => Promise.reject(new Error('thrown')),
  (scope) => inside(scope, 'select 1 / 0'),
  (scope) => inside(scope, 'select 1 / 0').catch(() => undefined),
  (scope) => inside(scope, `set local statement_timeout = 1`).then(() => inside(scope, 'select pg_sleep(1)')),
  (scope) => inside(scope, 'commit'),
  (scope) => inside(scope, 'rollback'),
  // Not waited for: it may come after the commit, where no tenant is set any more.
  async (scope) => void scope.agents.list().catch(() => undefined),
];

/**
 * Lets eight users run 125 transactions each that end in any way, each followed by looks of another tenant and of none.
 * Answers after how many of the 1,000 those saw what was theirs and nothing else.
 */
export async function rightAfterAnyEnd(db: TestDatabase, database: Database): Promise<number> {
  const tenants = [await db.tenant(), await db.tenant(), await db.tenant()];
  for (const [index, each] of tenants.entries()) {
    for (let n = 0; n <= index; n++) await makeAgent(database, each, `Agent ${n}`);
  }
  let right = 0;
  const user = async (first: number): Promise<void> => {
    for (let n = 0; n < 125; n++) {
      const dice = (first * 7 + n * 13) % ENDS.length;
      await database.inTenant(tenants[n % 3]!, ENDS[dice]!).catch(() => undefined);
      const [nobody] = await database.acrossTenants<{ tenant: string; role: string }>(
        `select coalesce(current_setting('app.tenant_id', true), '') as tenant, current_user as role`,
      );
      const next = (n + first) % 3;
      const seen = await database.inTenant(tenants[next]!, (scope) => scope.agents.list());
      const [one] = await database.oneInTenant<{ count: number; role: string }>({
        name: 'count-agents',
        text: 'select count(a.id)::int as count, current_user as role from fence left join agents a on true',
        values: [tenants[next]!],
      });
      const isRight = nobody?.tenant === '' && seen.length === next + 1;
      if (isRight && one?.count === next + 1 && one.role === 'eliza_app') right++;
    }
  };
  await Promise.all(Array.from({ length: 8 }, (_, index) => user(index)));
  return right;
}
