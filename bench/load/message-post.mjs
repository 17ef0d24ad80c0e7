import { randomUUID } from 'node:crypto';
import { Costs } from '../lib/costs.mjs';
import { openLoop, pace } from '../lib/open-loop.mjs';
import { DEFAULT_SERVER } from '../lib/target.mjs';

const what = 'messages posted over REST into channels without an agent; the histories are read back';
const defaults = { rate: 200, seconds: 10, users: 50 };

const PAGE = 100;

export const messagePost = { what, defaults, run };

async function run(course) {
  const { target, options, dice } = course;
  const author = randomUUID();
  const channels = await Promise.all(
    Array.from({ length: options.users }, () => target.channel([author], { type: 'GROUP' })),
  );
  const posted = new Map(channels.map((id) => [id, []]));
  let refused = 0;
  const costs = await Costs.begin(course.system);
  course.begin();
  const load = await openLoop({
    rate: options.rate,
    seconds: options.seconds,
    async act(number, due) {
      const channelId = dice.pick(channels);
      const body = { author_id: author, content: `post ${number}`, message_server_id: DEFAULT_SERVER };
      const path = `/api/messaging/channels/${channelId}/messages`;
      const { status, body: answer } = await target.call('POST', path, {
        body: { ...body, source_type: 'bench' },
        gateway: number,
      });
      if (status >= 300) {
        refused += 1;
        return;
      }
      course.record('post', performance.now() - due);
      posted.get(channelId).push((answer.data ?? answer.userMessage ?? answer).id);
    },
  });
  const spent = await costs.of(load.sent);
  const counts = { expected: 0, arrived: 0, doubled: 0 };
  for (const [channelId, ids] of posted) {
    const stored = await history(target, channelId);
    const known = new Set(stored.map(({ id }) => id));
    counts.expected += ids.length;
    counts.arrived += ids.filter((id) => known.has(id)).length;
    const texts = new Set(stored.map(({ content }) => content));
    counts.doubled += stored.length - texts.size;
  }
  return { delivery: { ...counts, refused }, figures: { ...pace(load), ...spent } };
}

/** All messages of a channel, page by page from the newest on. */
async function history(target, channelId) {
  const found = new Map();
  for (let before; ;) {
    const query = before === undefined ? '' : `&before=${before}`;
    const path = `/api/messaging/channels/${channelId}/messages?limit=${PAGE}${query}`;
    const { messages } = await target.data('GET', path);
    const size = found.size;
    for (const message of messages) found.set(message.id, message);
    if (messages.length < PAGE || found.size === size) return [...found.values()];
    before = Math.min(...messages.map((message) => new Date(message.created_at ?? message.createdAt).getTime())) + 1;
  }
}
