import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@app/contracts';
import type { RoomPublisher } from '@app/transport';
import { ReplyStream } from './reply-stream.js';

/** The pieces that listeners get of a reply that is made at once. */
async function heard(intervalMs: number): Promise<string[]> {
  const pieces: string[] = [];
  const publish = (_: unknown, __: string, { chunk }: { chunk: string }): Promise<void> => {
    pieces.push(chunk);
    return Promise.resolve();
  };
  const place = { tenantId: newId(), channelId: newId(), agentId: newId(), turnId: newId(), attempt: 1 };
  const stream = new ReplyStream({ publish } as unknown as RoomPublisher, place, intervalMs);
  for (const word of ['one ', 'two ', 'three']) stream.add(0, word);
  await delay(intervalMs + 20);
  return pieces;
}

test('later pieces are gathered for as long as is set', async () => {
  expect(await heard(10)).toEqual(['one ', 'two three']);
});

test('none is gathered where that is off', async () => {
  expect(await heard(0)).toEqual(['one ', 'two ', 'three']);
});
