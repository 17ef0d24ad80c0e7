import {
  DEFAULT_MESSAGE_SERVER_ID,
  newId,
  SOCKET_MESSAGE_TYPE,
  type ChannelJoined,
  type MessageAck,
  type MessageBroadcast,
  type MessageError,
  type ServerEvent,
  type ServerEvents,
  type Uuid,
} from '@app/contracts';
import { io, type Socket } from 'socket.io-client';
import { until } from './until.js';

/** An event a client heard. `at` is this process's clock, in milliseconds. */
export type Heard = { [E in ServerEvent]: { event: E; payload: ServerEvents[E]; at: number } }[ServerEvent];

/** A message a client sent, and what came of it. */
export interface Sent {
  clientMessageId: string;
  channelId: Uuid;
  authorId: Uuid;
  text: string;
  at: number;
  ack?: MessageAck;
  ackAt?: number;
}

/** A refusal a client was told. */
export class Refused extends Error {
  constructor(readonly refusal: MessageError) {
    super(`${refusal.code}: ${refusal.error}`);
  }
}

const ANSWER_MS = 20_000;

/** A Socket.IO client as ElizaOS's are, which writes down everything it hears. */
export class FleetClient {
  readonly heard: Heard[] = [];
  readonly sent: Sent[] = [];
  private readonly waiting = new Map<string, (answer: MessageAck | Error) => void>();

  private constructor(
    readonly socket: Socket,
    readonly entityId: Uuid,
  ) {
    socket.onAny((event: string, payload: unknown) => this.hear({ event, payload, at: performance.now() } as Heard));
  }

  /** Connects and waits for the handshake. It does not connect again by itself. */
  static async connect(
    url: string,
    { entityId = newId(), transport = 'websocket' }: { entityId?: Uuid; transport?: 'websocket' | 'polling' } = {},
  ): Promise<FleetClient> {
    const socket = io(url, {
      auth: { entityId },
      transports: [transport],
      upgrade: false,
      forceNew: true,
      reconnection: false,
      autoConnect: false,
      timeout: ANSWER_MS,
    });
    const client = new FleetClient(socket, entityId);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
      socket.connect();
    });
    return client;
  }

  /** Joins a channel; resolves when the gateway confirms it. */
  async join(channelId: Uuid): Promise<ChannelJoined> {
    const from = this.heard.length;
    const payload = { channelId, entityId: this.entityId, messageServerId: DEFAULT_MESSAGE_SERVER_ID };
    this.socket.emit('message', { type: SOCKET_MESSAGE_TYPE.ROOM_JOINING, payload });
    return until(
      `${channelId} was joined`,
      () => this.all('channel_joined', from).find((joined) => joined.channelId === channelId),
      { ms: ANSWER_MS, every: 5 },
    );
  }

  /**
   * Sends a message; resolves when it is acknowledged.
   *
   * @throws Refused
   */
  async send(channelId: Uuid, text: string, clientMessageId: string = newId()): Promise<MessageAck> {
    const sent: Sent = { clientMessageId, channelId, authorId: this.entityId, text, at: performance.now() };
    this.sent.push(sent);
    const answer = new Promise<MessageAck>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`"${text}" was not answered in ${ANSWER_MS} ms`)), ANSWER_MS);
      this.waiting.set(clientMessageId, (came) => {
        clearTimeout(timer);
        this.waiting.delete(clientMessageId);
        if (came instanceof Error) reject(came);
        else resolve(came);
      });
    });
    this.emitMessage(channelId, text, { messageId: clientMessageId });
    sent.ack = await answer;
    sent.ackAt = performance.now();
    return sent.ack;
  }

  /** Sends a message as a stock client does, and waits for nothing. */
  emitMessage(channelId: Uuid, text: string, more: Record<string, unknown> = {}): void {
    const payload = {
      channelId,
      senderId: this.entityId,
      senderName: 'Tester',
      message: text,
      messageServerId: DEFAULT_MESSAGE_SERVER_ID,
      source: 'test',
      ...more,
    };
    this.socket.emit('message', { type: SOCKET_MESSAGE_TYPE.SEND_MESSAGE, payload });
  }

  /** What it heard of one kind, from a place in the record on. */
  all<E extends ServerEvent>(event: E, from = 0): ServerEvents[E][] {
    const found: ServerEvents[E][] = [];
    for (let index = from; index < this.heard.length; index++) {
      const one = this.heard[index]!;
      if (one.event === event) found.push(one.payload as ServerEvents[E]);
    }
    return found;
  }

  /** Waits for the broadcast that satisfies `wanted`. */
  async broadcast(
    what: string,
    wanted: (message: MessageBroadcast) => boolean,
    ms = 15_000,
  ): Promise<MessageBroadcast> {
    return until(`${what} was heard`, () => this.all('messageBroadcast').find(wanted), { ms, every: 10 });
  }

  /** Waits for the reply to a message. */
  async reply(messageId: Uuid, ms = 15_000): Promise<MessageBroadcast> {
    return this.broadcast(`the reply to ${messageId}`, (message) => message.inReplyTo === messageId, ms);
  }

  close(): void {
    this.socket.disconnect();
  }

  private hear(heard: Heard): void {
    this.heard.push(heard);
    if (heard.event === 'messageAck') this.waiting.get(heard.payload.clientMessageId ?? '')?.(heard.payload);
    if (heard.event === 'messageError') {
      this.waiting.get(heard.payload.clientMessageId ?? '')?.(new Refused(heard.payload));
    }
  }
}
