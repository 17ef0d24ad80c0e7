import { Person } from '../lib/person.mjs';
import { openLoop, pace, waitFor } from '../lib/open-loop.mjs';

const what = 'sockets that connect and join one channel as fast as given; then one message reaches all of them';
// a rate this high is all at once
const defaults = { rate: 10_000, users: 500, gateways: 1 };

const PATIENCE_MS = 30_000;

export const connectStorm = { what, defaults, run };

async function run(course) {
  const { target, options } = course;
  const speaker = await new Person(target.address(0), { key: target.key }).connect();
  const channelId = await target.channel([speaker.id], { type: 'GROUP' });
  await speaker.join(channelId);
  const people = [];
  let failed = 0;
  try {
    course.begin();
    const begun = performance.now();
    const load = await openLoop({
      rate: options.rate,
      seconds: options.users / options.rate,
      async act(number, due) {
        const person = new Person(target.address(number), { key: target.key, options: { reconnection: false } });
        try {
          await person.connect();
          course.record('connect', performance.now() - due);
          await person.join(channelId);
          course.record('connect and join', performance.now() - due);
          people.push(person);
        } catch {
          failed += 1;
        }
      },
    });
    const seconds = (performance.now() - begun) / 1000;
    let arrived = 0;
    for (const person of people) person.onOther = () => (arrived += 1);
    speaker.say(channelId, 'is everybody here', performance.now());
    await waitFor(() => arrived >= people.length, { ms: PATIENCE_MS });
    const delivery = { expected: options.users, arrived, failed };
    return {
      delivery,
      figures: {
        generatorLateMsP99: pace(load).generatorLateMsP99,
        allJoinedAfterSeconds: Math.round(seconds * 1000) / 1000,
      },
    };
  } finally {
    for (const person of [speaker, ...people]) person.close();
  }
}
