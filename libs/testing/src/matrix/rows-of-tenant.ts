import type { Uuid } from '@app/contracts';
import type { TestDatabase } from '../database.js';

/** Every row of a tenant, of every table that keeps something of tenants, as text: sorted, by table. */
export async function rowsOfTenant(db: TestDatabase, tenantId: Uuid): Promise<Map<string, string[]>> {
  const tables = await db.asSuperuser<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and relrowsecurity and not relispartition order by 1`,
  );
  const rows = await db.asSuperuser<{ name: string; row: string }>(
    tables
      .map(({ name }) => {
        const column = name === 'tenants' ? 'id' : 'tenant_id';
        return `select '${name}' as name, (to_jsonb(t) - 'last_used_at')::text as row from ${name} t where ${column} = $1`;
      })
      .join(' union all '),
    [tenantId],
  );
  const byTable = new Map<string, string[]>(tables.map(({ name }) => [name, []]));
  for (const { name, row } of rows) byTable.get(name)!.push(row);
  for (const list of byTable.values()) list.sort();
  return byTable;
}
