import { randomUUID } from 'node:crypto';
import { openLoop, pace } from '../lib/open-loop.mjs';
import { DEFAULT_SERVER } from '../lib/target.mjs';

const what = 'reads of agents, channels and histories over REST, mixed by seed; each answer is compared';
const defaults = { rate: 200, seconds: 10, users: 20 };

const EACH = 20;

export const restReads = { what, defaults, run };

async function run(course) {
  const { target, options, dice } = course;
  const author = randomUUID();
  const rooms = [];
  for (let index = 0; index < options.users; index += 1) {
    const id = await target.channel([author], { type: 'GROUP' });
    const texts = Array.from({ length: EACH }, (_, number) => `${index}-${number}`);
    for (const content of texts) await post(target, id, { author, content });
    rooms.push({ id, texts });
  }
  const kinds = {
    agents: {
      path: () => '/api/agents',
      holds: ({ agents }) => agents.length > 0,
    },
    channel: {
      path: (room) => `/api/messaging/channels/${room.id}/details`,
      holds: (data, room) => (data.channel ?? data).id === room.id,
    },
    history: {
      path: (room) => `/api/messaging/channels/${room.id}/messages?limit=${EACH}`,
      holds: ({ messages }, room) =>
        same(
          messages.map(({ content }) => content),
          room.texts,
        ),
    },
  };
  const delivery = { expected: 0, arrived: 0, wrong: 0, failed: 0 };
  course.begin();
  const load = await openLoop({
    rate: options.rate,
    seconds: options.seconds,
    async act(number, due) {
      const name = dice.pick(Object.keys(kinds));
      const room = dice.pick(rooms);
      delivery.expected += 1;
      try {
        const data = await target.data('GET', kinds[name].path(room), { gateway: number });
        course.record(name, performance.now() - due);
        delivery.arrived += 1;
        if (!kinds[name].holds(data, room)) delivery.wrong += 1;
      } catch {
        delivery.failed += 1;
      }
    },
  });
  return { delivery, figures: pace(load) };
}

async function post(target, channelId, { author, content }) {
  const body = { author_id: author, content, message_server_id: DEFAULT_SERVER, source_type: 'bench' };
  await target.data('POST', `/api/messaging/channels/${channelId}/messages`, { body });
}

/** Histories come newest first or last. */
function same(came, due) {
  return came.length === due.length && [...came].sort().join() === [...due].sort().join();
}
