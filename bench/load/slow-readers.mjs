import { setTimeout as delay } from 'node:timers/promises';
import { openLoop, pace, waitFor } from '../lib/open-loop.mjs';
import { connectAll, Person } from '../lib/person.mjs';
import { round } from '../lib/report.mjs';

const what =
  'a busy channel where some sockets stopped reading: what the others wait, and what the gateways hold for them';
const defaults = { rate: 20, seconds: 10, users: 20, slow: 20 };

export const slowReaders = { what, defaults, run };

// more than two kernels buffer for a connection, within a few seconds
const LETTERS = 'x'.repeat(40_000);
const PATIENCE_MS = 10_000;

async function run(course) {
  const { target, options, system } = course;
  const someone = (number) => new Person(target.address(number), { key: target.key, options: { reconnection: false } });
  const many = (count) => Array.from({ length: count }, (_, number) => someone(number));
  const speaker = someone(0);
  const readers = many(options.users);
  const slow = many(options.slow);
  const everybody = [speaker, ...readers, ...slow];
  const heard = new Map();
  let doubled = 0;
  try {
    await connectAll(everybody);
    const channelId = await target.channel([speaker.id], { type: 'GROUP' });
    for (const person of everybody) await person.join(channelId);
    const say = async (phase) => {
      for (const reader of readers) {
        reader.onOther = ({ id, text }, at) => {
          const key = `${reader.id} ${id}`;
          if (heard.has(key)) doubled += 1;
          heard.set(key, at);
          course.record(`${phase}: send → each reader`, at - Number(text.split(' ', 1)[0]));
        };
      }
      return openLoop({
        rate: options.rate,
        seconds: options.seconds,
        act: (_, due) => speaker.say(channelId, `${due} ${LETTERS}`, due),
      });
    };
    const complete = (sent) => waitFor(() => heard.size === sent * readers.length, { ms: PATIENCE_MS });
    const first = await say('all read');
    await complete(first.sent);
    const before = gatewaysMb(system);
    for (const { socket } of slow) stopReading(socket);
    course.begin();
    const second = await say('some do not');
    const sent = first.sent + second.sent;
    await complete(sent);
    await delay(500);
    const delivery = {
      expected: sent * readers.length,
      arrived: heard.size,
      doubled,
      refused: speaker.refusals.length,
    };
    const held = before === undefined ? {} : { mbForEachSlow: round((gatewaysMb(system) - before) / options.slow, 2) };
    const sentMb = round((second.sent * LETTERS.length) / 1e6, 2);
    return { delivery, figures: { ...pace(second), mbSentToEach: sentMb, ...held } };
  } finally {
    for (const person of everybody) person.close();
  }
}

/** As a reader does whose line is dead: what comes fills the buffers of both kernels, then the sender's. */
function stopReading(socket) {
  socket.io.engine.transport.ws._socket.pause();
}

function gatewaysMb(system) {
  if (!system) return undefined;
  const usage = Object.entries(system.usage()).filter(([name]) => name.startsWith('gateway'));
  return usage.reduce((sum, [, { rssMb }]) => sum + rssMb, 0);
}
