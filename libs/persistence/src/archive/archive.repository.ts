import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';
import type { ArchivedTable } from './archived-tables.js';

/** A row as JSON, without its tenant and what Postgres numbers by itself; and where it stands. */
export interface ArchivedRow {
  row: string;
  place: string;
}

/** The rows of a tenant, table by table, as they are kept: for archives alone. */
export class ArchiveRepository {
  constructor(
    private readonly tenantId: Uuid,
    private readonly manager: EntityManager,
  ) {}

  /** Rows behind a place, in order. Numbers are as Postgres wrote them, whatever their size. */
  async page({ name, order }: ArchivedTable, after: string | undefined, limit: number): Promise<ArchivedRow[]> {
    const key = order.map((column) => `t.${column}`).join(', ');
    const place = order.map((column) => `'${column}', t.${column}`).join(', ');
    const last = order.map((column) => `l.${column}`).join(', ');
    return this.manager.query<ArchivedRow[]>(
      `select (to_jsonb(t) - 'tenant_id' - $4::text[])::text as row, jsonb_build_object(${place})::text as place
         from ${name} t left join jsonb_populate_record(null::${name}, $2::jsonb) l on $2 is not null
        where t.tenant_id = $1 and ($2 is null or (${key}) > (${last}))
        order by ${key} limit $3`,
      [this.tenantId, after ?? null, limit, await this.numbered(name)],
    );
  }

  async count({ name }: ArchivedTable): Promise<number> {
    const [row] = await this.manager.query<{ count: number }[]>(
      `select count(*)::int as count from ${name} where tenant_id = $1`,
      [this.tenantId],
    );
    return row!.count;
  }

  /** Stores rows as they were, under this tenant. A row whose key is taken stays as it is here. */
  async store({ name }: ArchivedTable, rows: string[]): Promise<void> {
    if (rows.length === 0) return;
    const known = await this.manager.query<{ name: string }[]>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
          and attidentity = '' and attgenerated = '' and attname <> 'tenant_id'`,
      [name],
    );
    // A column that is younger than the archive gets its default.
    const given = new Set(Object.keys(JSON.parse(rows[0]!) as object));
    const columns = known.map((column) => column.name).filter((column) => given.has(column));
    const list = columns.map((column) => `"${column}"`).join(', ');
    await this.manager.query(
      `insert into ${name} (tenant_id, ${list})
       select $1, ${list} from jsonb_populate_recordset(null::${name}, $2::jsonb) with ordinality order by ordinality
       on conflict do nothing`,
      [this.tenantId, `[${rows.join(',')}]`],
    );
  }

  private async numbered(name: string): Promise<string[]> {
    const rows = await this.manager.query<{ name: string }[]>(
      `select attname as name from pg_attribute where attrelid = $1::regclass and attidentity <> ''`,
      [name],
    );
    return rows.map((row) => row.name);
  }
}
