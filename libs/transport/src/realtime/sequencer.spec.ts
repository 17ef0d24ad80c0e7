import fc from 'fast-check';
import { Sequencer, type EventSource } from './sequencer.js';

const ROOM = 'room';
const PAGE = 5;

/** Postgres as far as a sequencer needs it: a room whose events are numbered from 1. */
class Stored implements EventSource {
  head = 0;
  reads = 0;
  away = false;
  readonly heard: number[] = [];
  exists = true;
  told = 0;

  async replay(_room: string, seq: number, deliver: (seq: number, event: () => void) => void): Promise<boolean> {
    this.reads++;
    await new Promise((resolve) => setImmediate(resolve));
    if (this.away) throw new Error('away');
    const last = Math.min(this.head, seq + PAGE);
    for (let next = seq + 1; next <= last; next++) deliver(next, () => this.heard.push(next));
    return last < this.head;
  }

  heads(): Promise<Map<string, number>> {
    if (this.away) return Promise.reject(new Error('away'));
    return Promise.resolve(this.exists ? new Map([[ROOM, this.head]]) : new Map<string, number>());
  }

  gone(): void {
    this.told++;
  }
}

function sequencerOver(stored: Stored): { sequencer: Sequencer; announce: (seq: number) => void; errors: unknown[] } {
  const errors: unknown[] = [];
  const sequencer = new Sequencer(stored, (error) => errors.push(error));
  return {
    sequencer,
    errors,
    announce: (seq) => sequencer.offer(ROOM, seq, { deliver: () => stored.heard.push(seq) }),
  };
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('lets every event be heard once and in order, whatever is lost, doubled or mixed up on the way', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc
        .integer({ min: 1, max: 30 })
        .chain((count) =>
          fc.tuple(
            fc.constant(count),
            fc.array(fc.integer({ min: 1, max: count }), { maxLength: 60 }),
            fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
          ),
        ),
      async ([count, arrivals, pauses]) => {
        const stored = new Stored();
        const { sequencer, announce, errors } = sequencerOver(stored);
        sequencer.open(ROOM, 0);
        for (const [index, seq] of arrivals.entries()) {
          stored.head = Math.max(stored.head, seq);
          announce(seq);
          if (pauses[index]) await new Promise((resolve) => setImmediate(resolve));
        }
        stored.head = count;
        await sequencer.reconcile();
        expect(stored.heard).toEqual(upTo(count));
        expect(errors).toEqual([]);
        sequencer.stop();
      },
    ),
    { numRuns: 40 },
  );
});

it('delivers at once what comes in order, without asking Postgres', () => {
  const stored = new Stored();
  const { sequencer, announce } = sequencerOver(stored);
  sequencer.open(ROOM, 3);
  for (const seq of [4, 5, 6]) announce(seq);
  expect(stored.heard).toEqual([4, 5, 6]);
  expect(stored.reads).toBe(0);
  sequencer.stop();
});

it('holds an early event for a moment, and then reads what is missing', async () => {
  const stored = new Stored();
  const { sequencer, announce } = sequencerOver(stored);
  sequencer.open(ROOM, 0);
  stored.head = 3;
  announce(3);
  expect(stored.heard).toEqual([]);
  await pause(90);
  expect(stored.heard).toEqual([1, 2, 3]);
  sequencer.stop();
});

it('holds an event without a seq until the room stands where it belongs', () => {
  const stored = new Stored();
  const { sequencer, announce } = sequencerOver(stored);
  sequencer.open(ROOM, 0);
  sequencer.follow(ROOM, 2, () => stored.heard.push(2.1));
  sequencer.follow(ROOM, 2, () => stored.heard.push(2.2));
  sequencer.follow(ROOM, 0, () => stored.heard.push(0.1));
  for (const seq of [3, 1, 2]) announce(seq);
  sequencer.follow(ROOM, 3, () => stored.heard.push(3.1));
  expect(stored.heard).toEqual([0.1, 1, 2, 2.1, 2.2, 3, 3.1]);
  sequencer.stop();
});

it('reads what an event without a seq waits for', async () => {
  const stored = new Stored();
  const { sequencer } = sequencerOver(stored);
  sequencer.prepare(ROOM);
  sequencer.follow(ROOM, 1, () => stored.heard.push(1.1));
  sequencer.open(ROOM, 0);
  stored.head = 2;
  await pause(90);
  expect(stored.heard).toEqual([1, 1.1, 2]);
  sequencer.stop();
});

it('does not put the look into Postgres off as long as events arrive', async () => {
  const stored = new Stored();
  const { sequencer, announce } = sequencerOver(stored);
  sequencer.open(ROOM, 0);
  for (stored.head = 2; stored.head <= 6; stored.head++) {
    announce(stored.head);
    await pause(20);
  }
  expect(stored.heard.slice(0, 3)).toEqual([1, 2, 3]);
  sequencer.stop();
});

it('keeps what arrives between the subscription and the look at where the room stands', () => {
  const stored = new Stored();
  const { sequencer, announce } = sequencerOver(stored);
  sequencer.prepare(ROOM);
  for (const seq of [7, 8, 9]) announce(seq);
  expect(sequencer.open(ROOM, 7)).toBe(7);
  expect(stored.heard).toEqual([8, 9]);
  expect(sequencer.open(ROOM, 9)).toBe(7);
  expect(sequencer.standing(ROOM)).toBe(9);
  sequencer.stop();
});

it('says which events were over before anybody listened', () => {
  const stored = new Stored();
  const { sequencer } = sequencerOver(stored);
  const skipped: number[] = [];
  sequencer.prepare(ROOM);
  for (const seq of [6, 7])
    sequencer.offer(ROOM, seq, { deliver: () => stored.heard.push(seq), skip: () => skipped.push(seq) });
  sequencer.follow(ROOM, 6, () => skipped.push(-6));
  sequencer.open(ROOM, 7);
  expect(skipped).toEqual([6, 7, -6]);
  expect(stored.heard).toEqual([]);
  sequencer.stop();
});

it('tries again with the next comparison when Postgres is away', async () => {
  const stored = new Stored();
  const { sequencer, announce, errors } = sequencerOver(stored);
  sequencer.open(ROOM, 0);
  stored.head = 2;
  stored.away = true;
  announce(2);
  await pause(90);
  expect(errors).toHaveLength(1);
  await expect(sequencer.reconcile()).rejects.toThrow('away');
  stored.away = false;
  await sequencer.reconcile();
  expect(stored.heard).toEqual([1, 2]);
  sequencer.stop();
});

it('tells the listeners of a room that no longer exists', async () => {
  const stored = new Stored();
  const { sequencer } = sequencerOver(stored);
  sequencer.open(ROOM, 0);
  stored.exists = false;
  await sequencer.reconcile();
  expect(stored.told).toBe(1);
  sequencer.stop();
});

it('begins anew with a channel that was deleted and made again under its id', async () => {
  const stored = new Stored();
  const { sequencer, announce } = sequencerOver(stored);
  sequencer.open(ROOM, 0);
  stored.head = 3;
  for (const seq of [1, 2, 3]) announce(seq);
  stored.head = 2;
  await sequencer.reconcile();
  expect(stored.heard).toEqual([1, 2, 3, 1, 2]);
  sequencer.stop();
});

it('delivers nothing to a room that nobody listens to any more', async () => {
  const stored = new Stored();
  const { sequencer, announce } = sequencerOver(stored);
  sequencer.open(ROOM, 0);
  stored.head = 2;
  announce(2);
  sequencer.close(ROOM);
  await pause(90);
  announce(1);
  expect(stored.heard).toEqual([]);
});
