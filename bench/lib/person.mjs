import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';
import { DEFAULT_SERVER } from './target.mjs';

const ANSWER_MS = 30_000;

/**
 * A user at a socket, who notes the course of each of its messages. Times are `performance.now()`; `due` is when a
 * message should have been sent. A system that does not say which message a reply belongs to is taken to answer a
 * channel's messages in their order.
 */
export class Person {
  /** By client message id: {channelId, due, times, counts, frames, text, reply}. */
  sent = new Map();
  /** What it was refused. */
  refusals = [];
  /** Messages of others: called with payload and time. */
  onOther = () => undefined;
  /** A reply to one of its own: called with what is noted of that one. */
  onReply = () => undefined;
  #byMessageId = new Map();
  #streams = new Map();
  #unanswered = new Map();

  constructor(address, { key, id = randomUUID(), options = {} } = {}) {
    this.id = id;
    const auth = { entityId: id, ...(key ? { apiKey: key } : {}) };
    this.socket = io(address, { auth, transports: ['websocket'], forceNew: true, autoConnect: false, ...options });
    this.socket.on('messageError', (error) => this.#refused(error));
    this.socket.on('messageAck', ({ clientMessageId }) => this.#note(clientMessageId, 'ack'));
    this.socket.on('messageBroadcast', (message) => this.#heard(message));
    this.socket.on('messageStreamChunk', ({ messageId, chunk }) => this.#piece(messageId, chunk));
  }

  /** Connects; resolves after the handshake. */
  async connect() {
    const connected = this.#once('connect');
    this.socket.connect();
    await connected;
    return this;
  }

  /** Joins a channel; resolves when that is confirmed. */
  async join(channelId) {
    const joined = this.#once('channel_joined', (came) => came.channelId === channelId);
    const payload = { channelId, messageServerId: DEFAULT_SERVER, entityId: this.id };
    this.socket.emit('message', { type: 1, payload });
    await joined;
  }

  /** Says something that was due at `due`. Answers what is noted of it. */
  say(channelId, text, due) {
    const messageId = randomUUID();
    const counts = { ack: 0, broadcast: 0, reply: 0 };
    const note = { channelId, due, text, times: {}, counts, frames: 0, streamed: '', reply: undefined };
    this.sent.set(messageId, note);
    if (!this.#unanswered.has(channelId)) this.#unanswered.set(channelId, []);
    this.#unanswered.get(channelId).push(messageId);
    const payload = { channelId, messageServerId: DEFAULT_SERVER, senderId: this.id, senderName: 'Bench', messageId };
    this.socket.emit('message', { type: 2, payload: { ...payload, message: text, source: 'client_chat' } });
    return note;
  }

  /** Forgets what was sent so far: it was a warm-up. */
  forget() {
    this.sent.clear();
    this.refusals.length = 0;
  }

  close() {
    this.socket.disconnect();
  }

  #refused(error) {
    this.refusals.push(error);
    this.#note(error.clientMessageId, 'refused');
  }

  #piece(streamId, chunk) {
    const stream = this.#streams.get(streamId) ?? { first: performance.now(), frames: 0, text: '' };
    stream.frames += 1;
    stream.text += chunk;
    this.#streams.set(streamId, stream);
  }

  #heard(message) {
    if (message.senderId === this.id) {
      this.#byMessageId.set(message.id, message.clientMessageId);
      this.#note(message.clientMessageId, 'broadcast');
      return;
    }
    this.onOther(message, performance.now());
    const waiting = this.#unanswered.get(message.channelId) ?? [];
    const asked = message.inReplyTo === undefined ? waiting.shift() : this.#byMessageId.get(message.inReplyTo);
    const note = this.#note(asked, 'reply');
    if (!note) return;
    note.reply = message.text;
    const stream = this.#streams.get(message.id);
    if (stream) {
      this.#streams.delete(message.id);
      note.times.chunk = stream.first;
      note.frames = stream.frames;
      note.streamed = stream.text;
    }
    this.onReply(note);
  }

  #note(clientMessageId, what) {
    const note = this.sent.get(clientMessageId);
    if (!note) return undefined;
    note.times[what] ??= performance.now();
    note.counts[what] = (note.counts[what] ?? 0) + 1;
    return note;
  }

  #once(event, wanted = () => true) {
    return new Promise((resolve, reject) => {
      const end = (act, value) => {
        clearTimeout(timer);
        this.socket.off(event, look);
        this.socket.off('connect_error', fail);
        act(value);
      };
      const look = (payload) => wanted(payload) && end(resolve, payload);
      const fail = (error) => end(reject, error);
      const timer = setTimeout(() => end(reject, new Error(`No ${event} within ${ANSWER_MS} ms`)), ANSWER_MS);
      this.socket.on(event, look);
      if (event === 'connect') this.socket.on('connect_error', fail);
    });
  }
}

/** Connects so many at once, so that a storm is measured only where it is meant. */
export async function connectAll(people, atOnce = 50) {
  for (let from = 0; from < people.length; from += atOnce) {
    await Promise.all(people.slice(from, from + atOnce).map((person) => person.connect()));
  }
}
