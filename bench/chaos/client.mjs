import { setTimeout as delay } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { DEFAULT_SERVER } from '../lib/target.mjs';
import { waitFor } from '../lib/open-loop.mjs';

const PATIENCE_MS = 4_000;
const RETRY_MS = 250;
const JOIN_MS = 1_000;
const START_MS = 90_000;
const PAGE = 100;
/** What a client tries again; anything else that is refused is refused for good. */
const TRANSIENT = new Set(['UNAVAILABLE', 'RATE_LIMIT_EXCEEDED', 'INTERNAL_ERROR']);

/**
 * A device of a user: it connects again by itself, joins its channels again, reads what it may have missed, and sends a
 * message under the same id until it is acknowledged. It writes all of that into the history.
 */
export class ChaosClient {
  #answers = new Map();
  #connection = 0;
  /** What it shows of each channel: texts by message id. */
  views = new Map();

  /** @param {{name: string, url: string, target: import('../lib/target.mjs').Target, entityId: string, channels: string[], history: import('./history.mjs').History}} options */
  constructor({ name, url, target, entityId, channels, history }) {
    Object.assign(this, { name, target, entityId, channels, history });
    for (const channel of channels) this.views.set(channel, new Map());
    this.socket = io(url, {
      auth: { entityId, apiKey: target.key },
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 100,
      reconnectionDelayMax: 1_000,
      timeout: PATIENCE_MS,
    });
    this.socket.on('connect', () => this.#connected());
    this.socket.on('disconnect', (reason) => this.#note('disconnect', { reason }));
    this.socket.on('channel_joined', ({ channelId, seq }) => this.#joined(channelId, seq));
    this.socket.on('messageAck', (ack) => this.#answers.get(ack.clientMessageId)?.({ ack }));
    this.socket.on('messageError', (error) => this.#answers.get(error.clientMessageId)?.({ error }));
    this.socket.on('messageBroadcast', (message) => this.#heard(message));
    this.socket.on('messageStreamChunk', ({ channelId, messageId, index, chunk }) =>
      this.#note('chunk', { channel: channelId, id: messageId, index, chunk }),
    );
    this.socket.on('messageStreamError', ({ channelId, messageId }) =>
      this.#note('stream ended', { channel: channelId, id: messageId }),
    );
    this.socket.on('messageDeleted', ({ channelId, messageId, seq }) => {
      this.views.get(channelId)?.delete(messageId);
      this.#note('deleted', { channel: channelId, id: messageId, seq });
    });
  }

  /** Connects and joins its channels. */
  async start() {
    this.socket.connect();
    const joined = () => this.channels.every((channel) => this.#joins(channel) > 0);
    if (!(await waitFor(joined, { ms: START_MS }))) throw new Error(`${this.name} could not join`);
  }

  /** Sends a message until it is acknowledged or refused for good, or `until` (by `performance.now()`) is over. */
  async say(channel, text, { key, until }) {
    this.#note('send', { channel, key, text });
    for (let attempt = 1; performance.now() < until; attempt += 1) {
      const { ack, error } = await this.#once(channel, text, key);
      if (ack) {
        this.#note('ack', { channel, key, id: ack.messageId, seq: ack.seq, attempt });
        return;
      }
      if (error) this.#note('refused', { channel, key, code: error.code, attempt });
      if (error && !TRANSIENT.has(error.code)) return;
      await delay(RETRY_MS);
    }
    this.#note('given up', { channel, key });
  }

  /** Posts a message over REST until it is stored or refused for good. */
  async post(channel, text, { key, until }) {
    this.#note('send', { channel, key, text });
    const body = { author_id: this.entityId, content: text, message_server_id: DEFAULT_SERVER, messageId: key };
    for (let attempt = 1; performance.now() < until; attempt += 1) {
      const { status, body: answer } = await this.target
        .call('POST', `/api/messaging/channels/${channel}/messages`, { body })
        .catch(() => ({ status: 0 }));
      if (status === 201 || status === 200) {
        const stored = answer.userMessage ?? answer.data ?? answer;
        this.#note('ack', { channel, key, id: stored.id, attempt });
        return;
      }
      if (status > 0) this.#note('refused', { channel, key, code: answer.error?.code ?? status, status, attempt });
      if (status >= 400 && status < 500 && status !== 429) return;
      await delay(RETRY_MS);
    }
    this.#note('given up', { channel, key });
  }

  /** Waits until what it began to read after reconnects is read. */
  async settled() {
    await Promise.all(this.#reads);
  }

  close() {
    this.socket.disconnect();
  }

  #reads = new Set();
  #joinCounts = new Map();

  #joins(channel) {
    return this.#joinCounts.get(channel) ?? 0;
  }

  #note(what, more) {
    this.history.note(this.name, what, { connection: this.#connection, ...more });
  }

  #connected() {
    this.#connection += 1;
    this.#note('connect', {});
    void this.#join(this.#connection);
  }

  /** Asks again for what was not confirmed: whoever could confirm it may have been away. */
  async #join(connection) {
    const joined = new Set();
    const onJoined = ({ channelId }) => joined.add(channelId);
    this.socket.on('channel_joined', onJoined);
    while (connection === this.#connection && this.socket.connected && joined.size < this.channels.length) {
      for (const channelId of this.channels.filter((one) => !joined.has(one))) {
        const payload = { channelId, entityId: this.entityId, messageServerId: DEFAULT_SERVER };
        this.socket.emit('message', { type: 1, payload });
      }
      await delay(JOIN_MS);
    }
    this.socket.off('channel_joined', onJoined);
  }

  #joined(channel, seq) {
    const before = this.#joins(channel);
    this.#joinCounts.set(channel, before + 1);
    this.#note('joined', { channel, seq });
    if (before === 0) return;
    const read = this.#read(channel).finally(() => this.#reads.delete(read));
    this.#reads.add(read);
  }

  /** What was said while it was away: the history of the channel, from the newest page on, until nothing is new. */
  async #read(channel) {
    const view = this.views.get(channel);
    let found = 0;
    for (let before; ;) {
      const query = before === undefined ? '' : `&before=${before}`;
      const messages = await this.#page(channel, query);
      const fresh = messages.filter(({ id }) => !view.has(id));
      for (const { id, content } of fresh) view.set(id, content);
      found += fresh.length;
      if (messages.length < PAGE || fresh.length === 0) break;
      before = Math.min(...messages.map(({ created_at: at, createdAt }) => new Date(at ?? createdAt).getTime())) + 1;
    }
    this.#note('read', { channel, found });
  }

  async #page(channel, query) {
    for (;;) {
      try {
        const path = `/api/messaging/channels/${channel}/messages?limit=${PAGE}${query}`;
        return (await this.target.data('GET', path)).messages;
      } catch {
        await delay(RETRY_MS); // somebody is away
      }
    }
  }

  #heard({ channelId, id, seq, text, inReplyTo, senderId }) {
    this.views.get(channelId)?.set(id, text);
    this.#note('broadcast', { channel: channelId, id, seq, text, inReplyTo, by: senderId });
  }

  #once(channel, text, key) {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end({}), PATIENCE_MS);
      const end = (answer) => {
        clearTimeout(timer);
        this.#answers.delete(key);
        resolve(answer);
      };
      this.#answers.set(key, end);
      const payload = { channelId: channel, senderId: this.entityId, senderName: this.name, message: text };
      const more = { messageServerId: DEFAULT_SERVER, source: 'chaos', messageId: key };
      this.socket.emit('message', { type: 2, payload: { ...payload, ...more } });
    });
  }
}
