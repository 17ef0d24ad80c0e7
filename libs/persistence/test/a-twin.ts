import type { Uuid } from '@app/contracts';
import type { TestDatabase } from '@app/testing';

/** What is unique over all tenants gets another value. */
const OTHERWISE: Record<string, string> = { 'tenant_hosts.host': `'twin.' || host`, 'tenants.slug': 'null' };

/** The column of a table that says whose a row is. */
export const tenantColumn = (table: string): string => (table === 'tenants' ? 'id' : 'tenant_id');

/** Gives `to`, which is new, the rows of another tenant under their own ids, in all these tables. */
export async function makeTwin(
  db: TestDatabase,
  tables: string[],
  { from, to }: { from: Uuid; to: Uuid },
): Promise<void> {
  const columns = await db.asSuperuser<{ table: string; column: string }>(
    `select table_name as "table", column_name as "column" from information_schema.columns
      where table_schema = 'public' and table_name = any ($1) and is_generated = 'NEVER'`,
    [tables],
  );
  const copies = tables.map((table) => {
    const names = columns.filter((column) => column.table === table).map(({ column }) => column);
    const values = names.map((name) =>
      name === tenantColumn(table) ? `'${to}'` : (OTHERWISE[`${table}.${name}`] ?? `"${name}"`),
    );
    const quoted = names.map((name) => `"${name}"`).join(', ');
    return `delete from ${table} where ${tenantColumn(table)} = '${to}';
      insert into ${table} (${quoted}) overriding user value
      select ${values.join(', ')} from ${table} where ${tenantColumn(table)} = '${from}';`;
  });
  // Neither keys nor triggers: the rows are as they are.
  await db.asSuperuser(`begin; set local session_replication_role = replica; ${copies.join('\n')} commit;`);
}

/** Those of these tables that hold a row of a tenant, by name. */
export async function tablesOf(db: TestDatabase, tables: string[], tenant: Uuid): Promise<string[]> {
  const each = tables.map((name) => `select '${name}' as name from ${name} where ${tenantColumn(name)} = $1`);
  const found = await db.asSuperuser<{ name: string }>(`select distinct name from (${each.join(' union all ')}) t`, [
    tenant,
  ]);
  return found.map(({ name }) => name).sort();
}
