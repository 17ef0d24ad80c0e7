/** Tables whose rows are of no use to whoever moves away, or too many: only their columns are dumped. */
const EMPTY = new Set(['cache', 'embeddings', 'logs']);

/**
 * The tables of an ElizaOS database as SQL: columns with their types, and the rows as they are. Vectors, keys and
 * indexes are left out, so that any Postgres can load it.
 *
 * @param {{query: (text: string) => Promise<{rows: object[]}>}} database
 */
export async function dump(database) {
  const { rows: columns } = await database.query(`
    select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relkind = 'r' order by c.relname, a.attnum`);
  const tables = new Map();
  for (const column of columns) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  const lines = ['-- Made by tools/elizaos/main.mjs from a database that @elizaos/server 1.7.2 made.'];
  for (const [table, all] of tables) {
    const kept = all.filter(({ type }) => !type.startsWith('vector'));
    lines.push(
      '',
      `create table ${name(table)} (${kept.map(({ column, type }) => `${name(column)} ${type}`).join(', ')});`,
    );
    if (EMPTY.has(table)) continue;
    const selected = kept.map(({ column }) => `${name(column)}::text`).join(', ');
    const { rows } = await database.query(`select ${selected} from ${name(table)} order by ctid`);
    for (const row of rows)
      lines.push(`insert into ${name(table)} values (${Object.values(row).map(literal).join(', ')});`);
  }
  return `${lines.join('\n')}\n`;
}

function name(word) {
  return `"${word.replaceAll('"', '""')}"`;
}

function literal(text) {
  return text === null ? 'null' : `'${text.replaceAll("'", "''")}'`;
}
