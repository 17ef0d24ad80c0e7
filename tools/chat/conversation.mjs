import { randomUUID } from 'node:crypto';
import { paint } from '../lib/say.mjs';

const JOIN = 1;
const SEND = 2;
const ANSWER_WITHIN = 120_000;

/** One direct conversation with an agent: sends what is said and writes the answer as it streams in. */
export class Conversation {
  #socket;
  #with;
  #streamed = new Map();

  constructor(socket, { user, agent, channelId, serverId }) {
    this.#socket = socket;
    this.#with = { user, agent, channelId, serverId };
    socket.on('messageStreamChunk', (chunk) => this.#stream(chunk));
  }

  async join() {
    const { user, channelId, serverId } = this.#with;
    await this.#event('connect', 10_000);
    const joined = this.#event('channel_joined', 10_000);
    const payload = { channelId, roomId: channelId, entityId: user, messageServerId: serverId };
    this.#socket.emit('message', { type: JOIN, payload });
    await joined;
  }

  /** Resolves when the agent's answer is complete. */
  async say(message) {
    const { user, agent, channelId, serverId } = this.#with;
    const answered = this.#event('messageBroadcast', ANSWER_WITHIN, ({ senderId }) => senderId === agent.id);
    const payload = {
      channelId,
      roomId: channelId,
      messageServerId: serverId,
      senderId: user,
      senderName: 'User',
      message,
      messageId: randomUUID(),
      source: 'terminal',
      metadata: { isDm: true, channelType: 'DM', targetUserId: agent.id },
    };
    this.#socket.emit('message', { type: SEND, payload });
    const { id, text } = await answered;
    const shown = this.#streamed.get(id);
    this.#write(
      shown === undefined ? `${this.#name()}${text}\n` : `${text.startsWith(shown) ? text.slice(shown.length) : ''}\n`,
    );
    this.#streamed.clear();
  }

  #stream({ messageId, chunk, channelId, agentId }) {
    if (channelId !== this.#with.channelId || agentId !== this.#with.agent.id) return;
    const before = this.#streamed.get(messageId);
    this.#write(before === undefined ? this.#name() + chunk : chunk);
    this.#streamed.set(messageId, (before ?? '') + chunk);
  }

  /** The next event that passes; rejects with what the server says against it, or after the time. */
  #event(name, timeout, passes = () => true) {
    const socket = this.#socket;
    return new Promise((resolve, reject) => {
      const listeners = {
        [name]: (payload) => passes(payload) && settle(resolve, payload),
        messageError: ({ error }) => settle(reject, new Error(typeof error === 'string' ? error : error?.message)),
        connect_error: (error) => !socket.active && settle(reject, error),
      };
      const settle = (act, value) => {
        clearTimeout(timer);
        for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
        act(value);
      };
      const timer = setTimeout(() => settle(reject, new Error(`No ${name} within ${timeout / 1000} s.`)), timeout);
      for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    });
  }

  #name() {
    return paint('cyan', `${this.#with.agent.name}: `);
  }

  #write(text) {
    process.stdout.write(text);
  }
}
