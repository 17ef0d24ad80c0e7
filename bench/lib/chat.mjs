import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from './open-loop.mjs';
import { Person, connectAll } from './person.mjs';

const PATIENCE_MS = 15_000;
const WARM_UP_MS = 20_000;

/** Users with a direct channel each to one agent of a target, connected, joined and once answered. */
export async function chatters(target, count, { agentId, warm = true, gateway = 0 } = {}) {
  const agent = agentId ?? (await target.agentId());
  const people = Array.from(
    { length: count },
    (_, index) => new Person(target.address(gateway + index), { key: target.key }),
  );
  await connectAll(people);
  for (const person of people) {
    person.channelId = await target.channel([person.id, agent]);
    await person.join(person.channelId);
  }
  if (!warm) return people;
  // the first turns find cold code and an unknown tenant's share
  for (const person of people) person.say(person.channelId, 'warm up', performance.now());
  await waitFor(() => people.every(isDone), { ms: WARM_UP_MS });
  await delay(200);
  for (const person of people) person.forget();
  return people;
}

/** Waits until all that was sent is answered, or for long enough. */
export function answered(people, ms = PATIENCE_MS) {
  return waitFor(() => people.every(isDone), { ms });
}

/** Every message acknowledged, broadcast and answered once, and every stream is its reply. */
export function chatDelivery(people) {
  const delivery = { expected: 0, arrived: 0, unacknowledged: 0, doubled: 0, broken: 0, refused: 0 };
  for (const { counts, streamed, frames, reply } of notesOf(people)) {
    delivery.expected += 1;
    if (counts.reply > 0) delivery.arrived += 1;
    if (counts.ack === 0 || counts.broadcast === 0) delivery.unacknowledged += 1;
    if (counts.ack > 1 || counts.broadcast > 1 || counts.reply > 1) delivery.doubled += 1;
    if (frames > 0 && streamed !== reply) delivery.broken += 1;
    if (counts.refused) delivery.refused += 1;
  }
  return delivery;
}

/** Notes ack, broadcast, first piece and reply of every message. */
export function recordChat(course, people, label = '') {
  const names = { ack: 'ack', broadcast: 'broadcast', chunk: 'first piece', reply: 'reply' };
  for (const { due, times } of notesOf(people)) {
    for (const [time, name] of Object.entries(names)) {
      if (times[time] !== undefined) course.record(`${label}send → ${name}`, times[time] - due);
    }
  }
}

/** How many frames a streamed answer came in, on average. */
export function framesPerTurn(people) {
  const streamed = notesOf(people).filter(({ frames }) => frames > 0);
  const frames = streamed.reduce((sum, one) => sum + one.frames, 0);
  return streamed.length ? Math.round((frames / streamed.length) * 100) / 100 : 0;
}

/** All that these people sent. */
export function notesOf(people) {
  return people.flatMap((person) => [...person.sent.values()]);
}

function isDone(person) {
  for (const { counts } of person.sent.values()) {
    if (!counts.refused && (counts.reply === 0 || counts.ack === 0 || counts.broadcast === 0)) return false;
  }
  return true;
}
