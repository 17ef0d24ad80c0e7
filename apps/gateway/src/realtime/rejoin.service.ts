import { channelRoom, parseChannelRoom, type Uuid } from '@app/contracts';
import type { Logger } from '@app/platform';
import { RoomMemory, Sequencer, type FleetAdapter, type Heard } from '@app/transport';
import { BeforeApplicationShutdown, Inject, Injectable, OnApplicationBootstrap } from '@nestjs/common';
import { LOGGER } from '../tokens.js';
import { MembershipWatch } from './membership-watch.js';
import { MissedEvents } from './missed-events.js';
import { SURELY_RECEIVED_MS, type CallerSocket } from './socket-server.js';

/** How often what sockets hear is written down again, in milliseconds: well within the time it is remembered. */
const TOUCH_MS = 30_000;

/** So many channels of a socket are remembered, the ones joined last. */
const MOST_CHANNELS = 50;

/** So many looks may bring nothing while the room has heard of more. */
const MOST_LOOKS = 10;

/**
 * Lets a client that lost its connection hear on where it stopped, at whatever gateway it comes back. Stock clients do
 * not join again. A client is known by the session that its first connection was given and that only a reconnect of the
 * same page brings along: a fresh page starts with nothing.
 */
@Injectable()
export class RejoinService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly sockets = new Set<CallerSocket>();
  private readonly rejoining = new WeakMap<CallerSocket, Promise<void>>();
  /** What is remembered of these is more than they hear so far. */
  private readonly unfinished = new WeakSet<CallerSocket>();
  private readonly caughtUp = new WeakMap<CallerSocket, { since: number; sure: number }>();
  private timer?: NodeJS.Timeout;

  constructor(
    @Inject(RoomMemory) private readonly memory: RoomMemory,
    @Inject(MissedEvents) private readonly missed: MissedEvents,
    @Inject(Sequencer) private readonly sequencer: Sequencer,
    @Inject(MembershipWatch) private readonly membership: MembershipWatch,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.touch(), TOUCH_MS);
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** A socket has connected: it hears what its client heard before, and first what it missed. */
  welcome(socket: CallerSocket): void {
    this.sockets.add(socket);
    socket.once('disconnecting', () => {
      this.sockets.delete(socket);
      this.note(socket);
    });
    const { heard } = socket.data;
    delete socket.data.heard;
    if (!heard) return;
    this.unfinished.add(socket);
    this.caughtUp.set(socket, { since: Date.now(), sure: heard.sure });
    this.rejoining.set(socket, this.rejoin(socket, heard));
  }

  /** Resolves when the socket hears again what it is to hear; what it asks for comes after that. */
  async settled(socket: CallerSocket): Promise<void> {
    await this.rejoining.get(socket);
  }

  /** The socket hears a channel from this event on. */
  joined(socket: CallerSocket, channelId: Uuid, seq: number): void {
    const { joined } = socket.data;
    if (!joined.has(channelId)) joined.set(channelId, seq);
    this.note(socket);
  }

  private note(socket: CallerSocket): void {
    if (this.unfinished.has(socket)) return;
    const { caller, session, joined } = socket.data;
    const { since, sure } = this.caughtUp.get(socket) ?? { since: 0, sure: 0 };
    const now = Date.now();
    // What it missed was sent to it when it came back, however old it is.
    const isFresh = now - since < SURELY_RECEIVED_MS;
    const heard: Heard = { sure: isFresh ? sure : now - SURELY_RECEIVED_MS, channels: new Map() };
    for (const room of [...socket.rooms].reverse()) {
      const channelId = parseChannelRoom(room)?.channelId ?? '';
      const seq = joined.get(channelId);
      if (seq !== undefined && heard.channels.size < MOST_CHANNELS) heard.channels.set(channelId, seq);
    }
    if (heard.channels.size === 0) return;
    void this.memory.remember({ tenantId: caller.tenantId, entityId: caller.entityId, session }, heard);
  }

  private touch(): void {
    for (const socket of this.sockets) this.note(socket);
  }

  private async rejoin(socket: CallerSocket, heard: Heard): Promise<void> {
    try {
      for (const channelId of heard.channels.keys()) await this.hearOn(socket, channelId, heard);
      this.unfinished.delete(socket);
      this.note(socket);
    } catch (error) {
      const { tenantId } = socket.data.caller;
      this.logger.warn({ err: error, tenantId, socketId: socket.id }, 'A socket could not hear on where it stopped');
      // Its client comes back by itself and is known then, too; connected, it would wait for what never comes.
      socket.conn.close();
    }
  }

  /**
   * The room is kept open here by a place holder until the socket has been sent all that the room's other listeners
   * were; it joins in that moment, so that it hears everything once and in order.
   */
  private async hearOn(socket: CallerSocket, channelId: Uuid, heard: Heard): Promise<void> {
    const room = channelRoom(socket.data.caller.tenantId, channelId);
    const adapter = socket.nsp.adapter as unknown as FleetAdapter;
    const holder = `rejoin:${socket.id}`;
    await adapter.addAll(holder, new Set([room]));
    try {
      await adapter.subscribed(room);
      const from = heard.channels.get(channelId) ?? 0;
      socket.data.joined.set(channelId, from);
      if (!(await this.catchUp(socket, { channelId, room }, { sure: new Date(heard.sure), from }))) return;
      await socket.join(room);
      this.membership.begin(socket, channelId);
      await this.membership.look(socket, channelId);
    } finally {
      adapter.delAll(holder);
    }
  }

  /** Answers whether the channel still exists for the socket's caller, with the socket standing where the room stands. */
  private async catchUp(
    socket: CallerSocket,
    { channelId, room }: { channelId: Uuid; room: string },
    { sure, from }: { sure: Date; from: number },
  ): Promise<boolean> {
    let seq: number | undefined;
    let looks = 0;
    while (socket.connected) {
      const missed = await this.missed.look(socket.data.caller, channelId, { seq, from, sure });
      if (!missed) return false;
      const { head, since, events } = missed;
      let reached = since;
      this.sequencer.open(room, head);
      const stands = this.sequencer.standing(room) ?? head;
      for (const event of events) {
        if (event.seq > stands) break; // the room hears of it in a moment, and this socket with it
        reached = event.seq;
        const { announcement } = event;
        if (announcement) socket.emit(announcement.event, announcement.payload);
      }
      seq = reached;
      if (reached >= stands) return true;
      if (events.length === 0 && ++looks > MOST_LOOKS) return true; // the room is ahead of its channel: it began anew
    }
    return false;
  }
}
