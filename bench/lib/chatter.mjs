import { randomUUID } from 'node:crypto';
import { io } from 'socket.io-client';

const DEFAULT_SERVER = '00000000-0000-0000-0000-000000000000';

/**
 * A user with a direct channel to an agent, who notes the course of each of its messages. Times are milliseconds of
 * `performance.now()`; `due` is when the message should have been sent, so a generator that falls behind is not kinder
 * to the system than its users would be.
 */
export class Chatter {
  constructor(address, agentId) {
    this.id = randomUUID();
    this.channelId = randomUUID();
    this.agentId = agentId;
    this.sent = new Map();
    this.byMessageId = new Map();
    this.firstChunks = new Map();
    this.faults = [];
    this.socket = io(address, { auth: { entityId: this.id }, transports: ['websocket'], forceNew: true });
    this.socket.on('messageError', (error) => this.faults.push(error));
    this.socket.on('messageAck', (ack) => this.note(ack.clientMessageId, 'ack'));
    this.socket.on('messageBroadcast', (message) => this.heard(message));
    this.socket.on('messageStreamChunk', ({ messageId, index }) => {
      if (index === 0) this.firstChunks.set(messageId, performance.now());
    });
  }

  /** Connects and joins. */
  async ready() {
    await once(this.socket, 'connect');
    const joined = once(this.socket, 'channel_joined');
    const metadata = { isDm: true, channelType: 'DM', targetUserId: this.agentId };
    const payload = { channelId: this.channelId, messageServerId: DEFAULT_SERVER, entityId: this.id, metadata };
    this.socket.emit('message', { type: 1, payload });
    await joined;
  }

  /** Says something that was due at `due`. */
  say(text, due) {
    const messageId = randomUUID();
    this.sent.set(messageId, { due, times: {}, counts: { ack: 0, broadcast: 0, reply: 0 } });
    this.socket.emit('message', {
      type: 2,
      payload: {
        channelId: this.channelId,
        messageServerId: DEFAULT_SERVER,
        senderId: this.id,
        senderName: 'Bench',
        message: text,
        messageId,
        source: 'client_chat',
      },
    });
  }

  close() {
    this.socket.disconnect();
  }

  heard(message) {
    if (message.senderId === this.id) {
      this.byMessageId.set(message.id, message.clientMessageId);
      this.note(message.clientMessageId, 'broadcast');
      return;
    }
    const clientMessageId = this.byMessageId.get(message.inReplyTo);
    const entry = this.note(clientMessageId, 'reply');
    // the first piece is remembered per stream; a reply carries its stream's id
    const first = this.firstChunks.get(message.id);
    if (entry && first !== undefined) entry.times.chunk = first;
  }

  note(clientMessageId, what) {
    const entry = this.sent.get(clientMessageId);
    if (!entry) return undefined;
    entry.times[what] ??= performance.now();
    entry.counts[what] += 1;
    return entry;
  }
}

function once(socket, event) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`No ${event} within 20 seconds`)), 20_000);
    socket.once(event, (payload) => {
      clearTimeout(timer);
      resolve(payload);
    });
  });
}
