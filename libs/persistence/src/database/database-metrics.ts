import { counter, gauge, histogram } from '@app/platform';
import type { Pool } from 'pg';
import { sqlState } from './retry.js';

/** The ways to the data: one statement in one round trip, a transaction, a read over all tenants. */
const DOOR = ['statement', 'transaction', 'across'] as const;

const durations = histogram('eliza_postgres_duration_seconds', 'Work at Postgres, with the wait for a connection', {
  labels: { door: DOOR },
});

const failures = counter('eliza_postgres_failures_total', 'Work at Postgres that failed', {
  door: DOOR,
  why: ['away', 'gave_way', 'took_too_long', 'refused'],
});

const connections = gauge('eliza_postgres_connections', 'Connections of this process', { state: ['idle', 'busy'] });
const limit = gauge('eliza_postgres_connections_most', 'Connections this process may have');
const waiting = gauge('eliza_postgres_waiting', 'Pieces of work that wait for a connection');

/** Does `work`, takes its time, and notes why it failed. */
export async function measured<T>(door: (typeof DOOR)[number], work: () => Promise<T>): Promise<T> {
  const took = durations.begin();
  try {
    return await work();
  } catch (error) {
    const why = whyOf(error);
    if (why) failures.add({ door, why });
    throw error;
  } finally {
    took({ door });
  }
}

/** Tells how a pool stands, until what it answers is called. */
export function watchPool(pool: Pool): () => void {
  const ends = [
    connections.watch({ state: 'idle' }, () => pool.idleCount),
    connections.watch({ state: 'busy' }, () => pool.totalCount - pool.idleCount),
    limit.watch({}, () => pool.options.max),
    waiting.watch({}, () => pool.waitingCount),
  ];
  return () => ends.forEach((end) => end());
}

/** Nothing where what was thrown is the answer, as a refusal of ours is, or a key that exists. */
function whyOf(error: unknown): 'away' | 'gave_way' | 'took_too_long' | 'refused' | undefined {
  const state = sqlState(error);
  if (state === '40001' || state === '40P01') return 'gave_way';
  if (state === '57014' || state === '55P03') return 'took_too_long';
  if (state !== undefined && /^(08|53|57P|E[A-Z]+$)/.test(state)) return 'away';
  if (state !== undefined && /^[0-9A-Z]{5}$/.test(state)) return /^(23|P0)/.test(state) ? undefined : 'refused';
  return error instanceof Error && /Connection terminated|timeout exceeded/.test(error.message) ? 'away' : undefined;
}
