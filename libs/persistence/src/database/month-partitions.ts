import type { QueryRunner } from 'typeorm';
import { fence } from '../migrations/1764000000001-tenant-fence.js';

/** Tables that are partitioned by month, each with a default partition beside. */
const TABLES = ['usage_ledger', 'audit_log'];

/** So many months are made ahead. What comes later goes to the default partition until somebody migrates again. */
const AHEAD = 24;

/** Makes the partitions of this month and the next two years, where they are missing. Needs the schema's owner. */
export async function makeMonthPartitions(db: QueryRunner): Promise<void> {
  for (const table of TABLES) {
    const rows = (await db.query(MISSING, [table, AHEAD])) as { name: string; since: string; until: string }[];
    for (const { name, since, until } of rows) {
      await db.query(`create table ${name} partition of ${table} for values from ('${since}') to ('${until}')`);
      await db.query(fence(name));
    }
  }
}

/** Months without a partition. A month that has rows in the default partition keeps them there. */
const MISSING = `
  with months as (
    select $1 || to_char(m, '_YYYY_MM') as name, m at time zone 'UTC' as since,
           (m + interval '1 month') at time zone 'UTC' as until
      from generate_series(date_trunc('month', now() at time zone 'UTC'),
             date_trunc('month', now() at time zone 'UTC') + make_interval(months => $2), interval '1 month') m)
  select name, to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as since,
         to_char(until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as until
    from months where to_regclass(name) is null order by since`;
