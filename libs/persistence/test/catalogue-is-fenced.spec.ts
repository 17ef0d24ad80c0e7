import { testDatabase, type TestDatabase } from '@app/testing';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../src/entities/entities.js';

/** Tables that know no tenant. A new one needs a reason here. */
const GLOBAL_TABLES = [
  // Live worker processes and their slots: they serve all tenants.
  'workers',
  // Which tenants were deleted: of those there is no row any more to tie this one to.
  'departed_tenants',
  // What there is to choose from; a tenant's choice stands in its own row.
  'plans',
  // What operators did that is about no tenant. The application reads and adds to it outside of tenants alone.
  'operator_log',
  // What stays of tenants that are gone: ids, times and counts. The application itself cannot read it.
  'tenant_erasures',
  // Which migrations ran. The application reads it before it serves.
  'schema_migrations',
];

/**
 * Functions with the rights of the owner, who is fenced as everybody is. None is for everybody, and each says itself where
 * its names are looked up. A new one needs a reason here.
 */
const OWNERS_RIGHTS = [
  // Deletes what the application may only add to, of a tenant that is closed for good.
  'erase_portion',
  // Deletes the tenant itself, likewise.
  'forget_tenant',
  // Makes partitions of the time to come, and drops those whose time is over.
  'make_partitions',
  'drop_partition',
  // Deletes a tenant's rows that are past their time, from what the application may only add to as well.
  'forget_old',
];

/** What finds a tenant before it is known is unique over all of them. A new one needs a reason here. */
const UNIQUE_OVER_TENANTS = [
  // The name of a tenant under the installation's domain.
  'tenants_by_slug',
  // Other host names of a tenant.
  'tenant_hosts_by_host',
];

let db: TestDatabase;
beforeAll(async () => {
  db = await testDatabase();
});
afterAll(() => db.close());

/** The rows of a question to the catalogue; each is a fault. */
async function faults(question: string, values: unknown[] = [GLOBAL_TABLES]): Promise<string[]> {
  const rows = await db.asSuperuser<{ fault: string }>(question, values);
  return rows.map((row) => row.fault);
}

const TENANT_TABLES = `
  select c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity,
         case c.relname when 'tenants' then 'id' else 'tenant_id' end as tenant_column
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = 'public' and c.relkind in ('r', 'p', 'm', 'f') and c.relname <> all ($1)`;

it('holds every table behind forced row security, except the global ones', async () => {
  expect(
    await faults(`with t as (${TENANT_TABLES})
      select relname as fault from t where not relrowsecurity or not relforcerowsecurity`),
  ).toEqual([]);
});

it('lets the tenant fence compare the tenant in reading and in writing, for every role', async () => {
  const own = `(%s = (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::uuid)`;
  expect(
    await faults(
      `with t as (${TENANT_TABLES})
       select t.relname || ': ' || coalesce(p.qual, 'no fence') as fault
         from t left join pg_policies p on p.schemaname = 'public' and p.tablename = t.relname
          and p.policyname = 'tenant_fence'
        where p.qual is distinct from format($2, t.tenant_column) or p.with_check is distinct from p.qual
           or p.permissive <> 'PERMISSIVE' or p.cmd <> 'ALL' or p.roles <> '{public}'`,
      [GLOBAL_TABLES, own],
    ),
  ).toEqual([]);
});

it('has no other policy than the fence, the reading of the dispatch role, and what narrows the fence', async () => {
  expect(
    await faults(
      `select tablename || ' ' || policyname as fault from pg_policies
        where schemaname = 'public' and policyname <> 'tenant_fence' and permissive = 'PERMISSIVE'
          and (policyname <> 'dispatch_reads' or cmd <> 'SELECT' or roles <> '{eliza_dispatch}')`,
      [],
    ),
  ).toEqual([]);
});

it('leads every key of a tenant table with the tenant, but for those that point to a global table', async () => {
  expect(
    await faults(
      `with t as (${TENANT_TABLES})
      select t.relname || ' ' || k.conname as fault from t
        join pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'f')
        join pg_attribute a on a.attrelid = t.oid and a.attnum = k.conkey[1]
       where a.attname <> t.tenant_column
         and not (k.contype = 'f' and k.confrelid::regclass::text = any ($1))
      union all
      select t.relname || ' has no primary key' from t
       where not exists (select from pg_constraint k where k.conrelid = t.oid and k.contype = 'p')
      union all
      select t.relname || ' ' || k.conname || ' points past the tenant' from t
        join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
        join t target on target.oid = k.confrelid
        join pg_attribute a on a.attrelid = target.oid and a.attnum = k.confkey[1]
       where a.attname <> target.tenant_column
      union all
      select t.relname || ' ' || i.indexrelid::regclass || ' is unique over tenants' from t
        join pg_index i on i.indrelid = t.oid and i.indisunique
        join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
       where a.attname <> t.tenant_column and i.indexrelid::regclass::text <> all ($2)`,
      [GLOBAL_TABLES, UNIQUE_OVER_TENANTS],
    ),
  ).toEqual([]);
});

it('ties every tenant table to its tenant, so that nothing stays when one is deleted', async () => {
  expect(
    await faults(
      `with recursive t as (${TENANT_TABLES}),
       tied as (
         select oid from t where relname = 'tenants'
          union
         select k.conrelid from pg_constraint k join tied on k.confrelid = tied.oid
          where k.contype = 'f' and k.confdeltype = 'c')
       select relname as fault from t where oid not in (select oid from tied)`,
    ),
  ).toEqual([]);
});

it('gives the application nothing to own and no way around', async () => {
  expect(
    await faults(
      `select r.rolname || ' may do too much' as fault from pg_roles r
        where r.rolname in ('eliza_app', 'eliza_dispatch')
          and (r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
       union all
       select 'owned: ' || c.relname from pg_class c join pg_roles r on r.oid = c.relowner
        where r.rolname in ('eliza_app', 'eliza_dispatch')
       union all
       select 'owned: ' || p.proname from pg_proc p join pg_roles r on r.oid = p.proowner
        where r.rolname in ('eliza_app', 'eliza_dispatch')
       union all
       select 'runs with the rights of its owner: ' || p.proname from pg_proc p
         join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public' and p.prosecdef
          and (p.proname <> all ($1) or not coalesce('search_path=public, pg_temp' = any (p.proconfig), false)
            or has_function_privilege('public', p.oid, 'execute'))
       union all
       select 'a view, which would not ask for the tenant: ' || c.relname from pg_class c
         join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and c.relkind = 'v'
          and not coalesce(c.reloptions::text like '%security_invoker=true%', false)
       union all
       select 'inherits: eliza_app' where pg_has_role('eliza_app', 'eliza_dispatch', 'usage')
       union all
       select 'may create in public: ' || r.rolname from pg_roles r
        where r.rolname in ('eliza_app', 'eliza_dispatch') and has_schema_privilege(r.oid, 'public', 'create')
       union all
       select 'may truncate or trigger: ' || c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and c.relkind = 'r'
          and (has_table_privilege('eliza_app', c.oid, 'truncate, references, trigger')
            or has_table_privilege('eliza_dispatch', c.oid, 'truncate, references, trigger'))`,
      [OWNERS_RIGHTS],
    ),
  ).toEqual([]);
});

it('gives everybody nothing: no privilege of a table stands for PUBLIC', async () => {
  expect(
    await faults(
      `select c.relname as fault from pg_class c join pg_namespace n on n.oid = c.relnamespace,
              lateral aclexplode(c.relacl) a where n.nspname = 'public' and a.grantee = 0`,
      [],
    ),
  ).toEqual([]);
});

it('has in the database what the entities say, column by column', async () => {
  const source = new DataSource({ type: 'postgres', url: db.config.url, entities: ENTITIES, poolSize: 1 });
  await source.initialize();
  try {
    const columns = await db.asSuperuser<{ name: string; type: string; nullable: boolean }>(
      `select c.relname || '.' || a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
              not a.attnotnull as nullable
         from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = 'public' and a.attnum > 0 and not a.attisdropped`,
    );
    const inDatabase = new Map(columns.map(({ name, type, nullable }) => [name, { type, nullable }]));
    const full = new Map([
      ['int', 'integer'],
      ['timestamptz', 'timestamp with time zone'],
    ]);
    const declared = source.entityMetadatas.flatMap((entity) =>
      entity.columns.map((column) => ({
        name: `${entity.tableName}.${column.databaseName}`,
        type: full.get(String(column.type)) ?? String(column.type),
        nullable: column.isNullable,
      })),
    );
    expect(declared.length).toBeGreaterThan(40);
    for (const { name, ...column } of declared) expect({ name, ...inDatabase.get(name) }).toEqual({ name, ...column });
    for (const entity of source.entityMetadatas) {
      const keys = await db.asSuperuser<{ name: string }>(
        `select a.attname as name from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
          where i.indrelid = $1::regclass and i.indisprimary order by array_position(i.indkey::int2[], a.attnum)`,
        [entity.tableName],
      );
      expect([entity.tableName, ...entity.primaryColumns.map((column) => column.databaseName)]).toEqual([
        entity.tableName,
        ...keys.map((key) => key.name),
      ]);
    }
  } finally {
    await source.destroy();
  }
});
