import { setTimeout as delay } from 'node:timers/promises';
import { Person } from '../lib/person.mjs';
import { openLoop, waitFor } from '../lib/open-loop.mjs';
import { round } from '../lib/report.mjs';

const what = 'many sockets that joined and are silent: memory of the gateways for each; then one message to each';
const defaults = { rate: 200, users: 2_000, seconds: 5 };

const ROOM_OF = 100;
const PATIENCE_MS = 60_000;

export const idleSockets = { what, defaults, run };

async function run(course) {
  const { target, options, system } = course;
  // the first sockets load code and fill caches: they are not counted
  const first = await Promise.all(
    Array.from({ length: 50 }, (_, number) => new Person(target.address(number), { key: target.key }).connect()),
  );
  const speaker = first[0];
  const rooms = await Promise.all(
    Array.from({ length: Math.ceil(options.users / ROOM_OF) }, () => target.channel([speaker.id], { type: 'GROUP' })),
  );
  for (const room of rooms) await speaker.join(room);
  await delay(1_000);
  const memory = () => gatewaysMb(system);
  const people = [];
  let failed = 0;
  try {
    course.begin();
    const before = memory();
    await openLoop({
      rate: options.rate,
      seconds: options.users / options.rate,
      async act(number, due) {
        try {
          const person = await new Person(target.address(number), { key: target.key }).connect();
          await person.join(rooms[number % rooms.length]);
          course.record('connect and join', performance.now() - due);
          people.push(person);
        } catch {
          failed += 1;
        }
      },
    });
    await delay(options.seconds * 1000);
    const after = memory();
    let arrived = 0;
    for (const person of people) person.onOther = () => (arrived += 1);
    for (const room of rooms) speaker.say(room, 'is anybody here', performance.now());
    await waitFor(() => arrived >= people.length, { ms: PATIENCE_MS });
    const delivery = { expected: options.users, arrived, failed };
    if (before === undefined) return { delivery };
    const perSocket = ((after - before) * 1e6) / people.length;
    return {
      delivery,
      figures: { gatewaysMbBefore: before, gatewaysMbAfter: after, bytesPerSocket: Math.round(perSocket) },
    };
  } finally {
    for (const person of [...first, ...people]) person.close();
  }
}

function gatewaysMb(system) {
  if (!system) return undefined;
  const usage = Object.entries(system.usage()).filter(([name]) => name.startsWith('gateway'));
  return round(usage.reduce((sum, [, { rssMb }]) => sum + rssMb, 0));
}
