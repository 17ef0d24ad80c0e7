/** A column of a table for people: its head, and what stands in it. */
export type Column<Row> = [head: string, cell: (row: Row) => unknown];

/** Rows under each other, numbers at the right. One line says so when there are none. */
export function table<Row>(columns: Column<Row>[], rows: readonly Row[], none = 'None.'): string[] {
  if (rows.length === 0) return [none];
  const cells = rows.map((row) => columns.map(([, cell]) => cell(row)));
  const widths = columns.map(([head], at) => Math.max(head.length, ...cells.map((row) => shown(row[at]).length)));
  const line = (row: unknown[]): string =>
    row
      .map((cell, at) =>
        typeof cell === 'number' ? shown(cell).padStart(widths[at]!) : shown(cell).padEnd(widths[at]!),
      )
      .join('  ')
      .trimEnd();
  return [line(columns.map(([head]) => head)), ...cells.map(line)];
}

/** Facts under each other, each behind its name. */
export function facts(pairs: [name: string, value: unknown][]): string[] {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`.trimEnd());
}

/** A time as people read how long it is, such as `2 h 5 min`. */
export function duration(ms: number | null): string {
  if (ms === null) return '';
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d`;
}

/** What stands in a terminal moves no cursor and begins no line of its own, whatever somebody called his tenant. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (value instanceof Date) return value.toISOString().replace('T', ' ').slice(0, 19);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.replace(/\p{Cc}/gu, '\ufffd');
}
