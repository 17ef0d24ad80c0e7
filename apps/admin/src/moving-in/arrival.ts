import type { Uuid } from '@app/contracts';
import type { Database, TenantScope } from '@app/persistence';
import type { Terminal } from '../terminal.js';
import { Tally } from './tally.js';

/** One kind of rows, and how they get here. */
export interface Arrival<Row> {
  kind: string;
  /** How many there are at the source. */
  source: number;
  /** What is to be here, portion by portion; notes in the tally what is not. */
  portions(tally: Tally): AsyncIterable<Row[]>;
  /** Stores those that are not here yet, and answers how many that were. */
  add(tenant: TenantScope, rows: Row[]): Promise<number>;
  /** How many of them are here. */
  count(tenant: TenantScope, rows: Row[]): Promise<number>;
}

/** How a move goes about. */
export interface MoveContext {
  database: Database;
  tenantId: Uuid;
  /** Nothing is written. */
  dryRun: boolean;
  terminal: Terminal;
  signal: AbortSignal;
}

const TELL_EVERY_MS = 5_000;

/**
 * Brings one kind over. Each portion is a transaction of its own, and is counted here after it: a run that is cut off is
 * repeated from the start and finds what it has done.
 */
export async function arrive<Row>(arrival: Arrival<Row>, context: MoveContext): Promise<Tally> {
  const { database, tenantId, dryRun, terminal, signal } = context;
  const tally = new Tally(arrival.kind, arrival.source);
  let told = Date.now();
  for await (const rows of arrival.portions(tally)) {
    signal.throwIfAborted();
    if (rows.length === 0) continue;
    if (!dryRun) tally.added += await database.inTenant(tenantId, (tenant) => arrival.add(tenant, rows));
    const found = await database.inTenant(tenantId, (tenant) => arrival.count(tenant, rows));
    tally.found += found;
    if (dryRun) tally.added += rows.length - found;
    if (Date.now() - told < TELL_EVERY_MS) continue;
    told = Date.now();
    terminal.line(`  ${tally.kind}: ${tally.found + tally.leftBehind} of ${tally.source}`);
  }
  return tally;
}

/** Portions with each row made into what arrives. */
export async function* mapped<From, To>(portions: AsyncIterable<From[]>, map: (row: From) => To): AsyncGenerator<To[]> {
  for await (const rows of portions) yield rows.map(map);
}
