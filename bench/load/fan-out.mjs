import { Histogram } from '../lib/histogram.mjs';
import { Person, connectAll } from '../lib/person.mjs';
import { openLoop, pace, waitFor } from '../lib/open-loop.mjs';

const what = 'one channel with many sockets over all gateways: each message to each socket, once';
const defaults = { rate: 5, seconds: 10, users: 500, gateways: 2 };

const PATIENCE_MS = 20_000;

export const fanOut = { what, defaults, run };

async function run(course) {
  const { target, options } = course;
  const speaker = new Person(target.address(0), { key: target.key });
  const listeners = Array.from(
    { length: options.users },
    (_, index) => new Person(target.address(index), { key: target.key }),
  );
  const people = [speaker, ...listeners];
  /** By text: when it was due, and how often and when last it was heard. */
  const messages = new Map();
  let strange = 0;
  try {
    await connectAll(people);
    const channelId = await target.channel([speaker.id], { type: 'GROUP' });
    await Promise.all(people.map((person) => person.join(channelId)));
    for (const listener of listeners) {
      const heard = new Set();
      listener.onOther = ({ text }, at) => {
        const message = messages.get(text);
        if (!message || heard.has(text)) {
          strange += 1;
          return;
        }
        heard.add(text);
        message.heard += 1;
        message.last = at;
        course.record('send → each socket', at - message.due);
      };
    }
    course.begin();
    const load = await openLoop({
      rate: options.rate,
      seconds: options.seconds,
      act(number, due) {
        const text = `to all ${number}`;
        messages.set(text, { due, heard: 0, last: due });
        speaker.say(channelId, text, due);
      },
    });
    const all = [...messages.values()];
    await waitFor(() => all.every(({ heard }) => heard === listeners.length), { ms: PATIENCE_MS });
    const lasts = new Histogram();
    for (const { due, last } of all) lasts.record(last - due);
    course.latencies['send → last socket'] = lasts;
    const arrived = all.reduce((sum, { heard }) => sum + heard, 0);
    const delivery = {
      expected: all.length * listeners.length,
      arrived,
      doubled: strange,
      refused: speaker.refusals.length,
    };
    return { delivery, figures: { ...pace(load), deliveriesPerSecond: Math.round(arrived / load.seconds) } };
  } finally {
    for (const person of people) person.close();
  }
}
