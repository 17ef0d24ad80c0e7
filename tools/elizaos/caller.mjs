import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';

const REPLY_WITHIN = 30_000;

/** Calls of the REST API of a server, as somebody. */
export class Caller {
  #address;

  constructor(address) {
    this.#address = address;
  }

  /** The body of the answer; rejects when it is a refusal. */
  async call(method, path, body) {
    const answer = await fetch(`${this.#address}${path}`, {
      method,
      ...(body instanceof FormData ? { body } : {}),
      ...(body && !(body instanceof FormData)
        ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        : {}),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${text}`);
    const parsed = text ? JSON.parse(text) : {};
    return parsed.data ?? parsed;
  }

  get(path) {
    return this.call('GET', path);
  }

  post(path, body) {
    return this.call('POST', path, body);
  }

  /** Uploads a file, and answers its URL. */
  async upload(path, { name, type, text }) {
    const form = new FormData();
    form.set('file', new Blob([text], { type }), name);
    return (await this.post(path, form)).url;
  }

  /** A socket of somebody. */
  async connect(entityId) {
    const socket = io(this.#address, { auth: { entityId }, transports: ['websocket'] });
    await new Promise((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return new Speaker(socket, entityId);
  }
}

/** Somebody who speaks over a socket and waits for what agents reply. */
class Speaker {
  #socket;
  #entityId;

  constructor(socket, entityId) {
    this.#socket = socket;
    this.#entityId = entityId;
  }

  /** Joins a channel. */
  async join(channelId, messageServerId) {
    const joined = new Promise((resolve) => this.#socket.once('channel_joined', resolve));
    const payload = { channelId, roomId: channelId, entityId: this.#entityId, messageServerId };
    this.#socket.emit('message', { type: 1, payload });
    await joined;
  }

  /** Says something and resolves when so many agents have replied. */
  async say(channelId, { messageServerId, text, attachments, metadata, replies = 1 }) {
    const replied = new Promise((resolve, reject) => {
      let missing = replies;
      const timer = setTimeout(() => reject(new Error(`No reply to "${text}"`)), REPLY_WITHIN);
      const hear = ({ source, channelId: channel, roomId }) => {
        if (source !== 'agent_response' || (channel ?? roomId) !== channelId || (missing -= 1) > 0) return;
        clearTimeout(timer);
        this.#socket.off('messageBroadcast', hear);
        resolve();
      };
      this.#socket.on('messageBroadcast', hear);
    });
    this.#socket.emit('message', {
      type: 2,
      payload: {
        channelId,
        roomId: channelId,
        messageServerId,
        senderId: this.#entityId,
        senderName: 'Alice',
        message: text,
        messageId: randomUUID(),
        source: 'client_chat',
        ...(attachments ? { attachments } : {}),
        metadata,
      },
    });
    await replied;
  }

  close() {
    this.#socket.close();
  }
}
