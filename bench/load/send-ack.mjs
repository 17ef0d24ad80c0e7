import { Person, connectAll } from '../lib/person.mjs';
import { Costs } from '../lib/costs.mjs';
import { openLoop, pace, waitFor } from '../lib/open-loop.mjs';

const what = 'messages from socket to socket: send → ack, send → the other’s broadcast, by pairs over all gateways';
const defaults = { rate: 100, seconds: 10, users: 50, gateways: 2 };

const PATIENCE_MS = 10_000;

export const sendAck = { what, defaults, run };

async function run(course) {
  const { target, options, dice } = course;
  const pairs = Array.from({ length: options.users }, (_, index) => ({
    speaker: new Person(target.address(index), { key: target.key }),
    listener: new Person(target.address(index + 1), { key: target.key }),
    heard: new Map(),
  }));
  const people = pairs.flatMap(({ speaker, listener }) => [speaker, listener]);
  try {
    await connectAll(people);
    for (const pair of pairs) {
      pair.channelId = await target.channel([pair.speaker.id, pair.listener.id], { type: 'GROUP' });
      pair.listener.onOther = (message, at) => pair.heard.set(message.id, [...(pair.heard.get(message.id) ?? []), at]);
      pair.listener.socket.on('messageBroadcast', ({ id, text }) => (pair.texts ??= new Map()).set(text, id));
      await Promise.all([pair.speaker, pair.listener].map((person) => person.join(pair.channelId)));
    }
    const notes = [];
    const costs = await Costs.begin(course.system);
    course.begin();
    const load = await openLoop({
      rate: options.rate,
      seconds: options.seconds,
      act(number, due) {
        const pair = dice.pick(pairs);
        notes.push({ pair, note: pair.speaker.say(pair.channelId, `message ${number}`, due) });
      },
    });
    const came = ({ pair, note }) => pair.heard.get(pair.texts?.get(note.text)) ?? [];
    await waitFor(() => notes.every((one) => one.note.counts.ack > 0 && came(one).length > 0), { ms: PATIENCE_MS });
    const spent = await costs.of(notes.length);
    const delivery = { expected: notes.length, arrived: 0, unacknowledged: 0, doubled: 0, refused: 0 };
    for (const one of notes) {
      const { counts, times, due } = one.note;
      const heard = came(one);
      if (counts.ack > 0) course.record('send → ack', times.ack - due);
      else delivery.unacknowledged += 1;
      if (counts.refused) delivery.refused += 1;
      if (heard.length > 0) delivery.arrived += 1;
      if (heard.length > 1 || counts.ack > 1 || counts.broadcast > 1) delivery.doubled += 1;
      if (heard.length > 0) course.record('send → heard by the other', heard[0] - due);
    }
    return { delivery, figures: { ...pace(load), ...spent } };
  } finally {
    for (const person of people) person.close();
  }
}
