import { jobs, newId } from '@app/contracts';
import { createLogger } from '@app/platform';
import { sharedRedis, until } from '@app/testing';
import { Worker } from 'bullmq';
import { queuePrefix } from '../src/queue/late-queue.js';
import { TurnQueue } from '../src/queue/turn-queue.js';
import { RedisConnections } from '../src/redis/redis-connections.js';

const logger = createLogger('test', 'error');
const redis = new RedisConnections(sharedRedis(), logger);
const queue = new TurnQueue(redis, logger);
const killed = new Worker(jobs.turn.queue, null, {
  connection: redis.connect('killed', 'patient'),
  prefix: queuePrefix(redis.prefix),
  autorun: false,
});

afterAll(async () => {
  await killed.close(true);
  await queue.close();
  redis.close();
});

it('a turn whose worker died after it took the job and before it began counts as gone', async () => {
  const [first, second, never] = [1, 1, 1].map((attempt) => ({ turnId: newId(), attempt, releaseNo: 1 }));
  const all = [first!, second!, never!];
  // nothing is handed over until Redis has answered for the first time
  await until('the queue was open', () => queue.stillQueued(all).catch(() => false));
  await queue.enqueue(newId(), [
    { ...first!, priority: 1 },
    { ...second!, priority: 2 },
  ]);
  expect(await queue.stillQueued(all)).toEqual(new Set([first!.turnId, second!.turnId]));

  const taken = await killed.getNextJob('token');
  expect(taken?.data).toMatchObject({ turnId: first!.turnId });
  expect(await queue.stillQueued(all)).toEqual(new Set([second!.turnId]));
});
