import { gauge, histogram } from '@app/platform';
import type { Redis } from 'ioredis';

/** What is asked of Redis while somebody waits. */
const DOING = ['publish', 'enqueue', 'limits', 'ping'] as const;

const durations = histogram('eliza_redis_duration_seconds', 'Calls of Redis that somebody waits for, also in vain', {
  labels: { doing: DOING, outcome: ['done', 'failed'] },
});

const connections = gauge('eliza_redis_connections', 'Connections to Redis', { state: ['ready', 'away'] });

/** Begins to take the time of a call; what it answers is told how it went. */
export function redisCall(doing: (typeof DOING)[number]): (outcome: 'done' | 'failed') => void {
  const took = durations.begin();
  return (outcome) => took({ doing, outcome });
}

/** Tells how many of these connections stand, until what it answers is called. */
export function watchConnections(open: readonly Redis[]): () => void {
  const ready = (): number => open.filter((redis) => redis.status === 'ready').length;
  const ends = [
    connections.watch({ state: 'ready' }, ready),
    connections.watch({ state: 'away' }, () => open.length - ready()),
  ];
  return () => ends.forEach((end) => end());
}
