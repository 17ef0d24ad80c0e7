import { newId } from '@app/contracts';
import type { Namespace } from 'socket.io';
import {
  Adapter,
  MessageType,
  type BroadcastFlags,
  type BroadcastOptions,
  type ClusterMessage,
} from 'socket.io-adapter';
import type { Redis } from 'ioredis';
import { FAIL_FAST_MS } from '../redis/redis-connections.js';
import { redisCall } from '../redis/redis-metrics.js';
import { TOO_LATE, within } from '../redis/within.js';
import { eventLag, eventsHeard, eventsSent } from './realtime-metrics.js';
import type { Sequencer } from './sequencer.js';
import { RoomEars, type RoomEar } from './room-ears.js';
import { ShardedRedisAdapter } from './sharded-adapter.js';

/** An event on its way to a room, as Socket.IO packs it. */
export interface EventPacket {
  type: 2;
  data: [event: string, payload: unknown];
}

/** What travels with an event beside Socket.IO's own flags. */
export interface EventFlags extends BroadcastFlags {
  /** The seq behind which an event without one of its own is to be heard. */
  behind?: number;
  /** The id of the message before which it is to be heard, if at all. */
  before?: string;
  /** It is the room's last event: each process closes the room right behind it. */
  last?: true;
  /** When it was sent, in epoch milliseconds. Earlier processes do not say so. */
  at?: number;
}

/** Flags of a room's last event. */
export const LAST: EventFlags = { last: true };

/** So many of the last messages are known to have been heard. */
const KNOWN_MESSAGES = 10_000;

/** What an adapter of ours is made of. */
export interface FleetAdapterOptions {
  publisher: Redis;
  subscriber: Redis;
  /** Leads every channel name. */
  channelPrefix: string;
  onError: (error: unknown, doing: string) => void;
  /** Orders events for the sockets of this process; without it everything is delivered as it comes. */
  sequencer?: Sequencer;
}

/**
 * Socket.IO's sharded Redis adapter, made to live through a Redis that goes away: listeners of this process hear an
 * event first, publishing never throws and never takes longer than a quarter of a second, subscriptions that were
 * lost or could not be made are made when Redis is back.
 */
export class FleetAdapter extends ShardedRedisAdapter {
  private readonly subscribing = new Map<string, Promise<unknown>>();
  private readonly onReady: () => void;
  /** Ids of messages heard here, the oldest first. */
  private readonly heard = new Set<string>();
  private readonly ears = new RoomEars();
  /** The parent's constructor uses the subscriber before the fields of this class are set. */
  declare private readonly fleet: FleetAdapterOptions;

  constructor(namespace: Namespace, options: FleetAdapterOptions) {
    const { publisher, subscriber, channelPrefix, sequencer } = options;
    const caught = (work: Promise<unknown>, doing: string): Promise<unknown> =>
      work.catch((error: unknown) => options.onError(error, doing));
    const pending = new Map<string, Promise<unknown>>();
    super(
      namespace,
      publisher,
      {
        ssubscribe: (channel: string) => {
          pending.set(channel, caught(subscriber.ssubscribe(channel), 'subscribe'));
        },
        sunsubscribe: (channels: string | string[]) => {
          for (const channel of [channels].flat()) pending.delete(channel);
          void caught(subscriber.sunsubscribe(...[channels].flat()), 'unsubscribe');
        },
        on: (event, listener) => subscriber.on(event, listener),
      },
      { channelPrefix, subscriptionMode: 'dynamic' },
    );
    this.fleet = options;
    this.subscribing = pending;
    this.onReady = () => this.resubscribe();
    subscriber.on('ready', this.onReady);
    if (sequencer) {
      this.on('create-room', (room: string) => this.shouldUseASeparateNamespace(room) && sequencer.prepare(room));
      this.on('delete-room', (room: string) => sequencer.close(room));
    }
  }

  /** Resolves when the room's subscription stands, and in any case after a quarter of a second. */
  async subscribed(room: string): Promise<void> {
    await within(Promise.resolve(this.subscribing.get(this.dynamicChannel(room))), FAIL_FAST_MS);
  }

  /**
   * Lets this process itself hear a room, in the order and with the promises that hold for a socket in it. Answers how
   * it stops; whoever hears that the room is over (`channelDeleted`) stops at once.
   */
  listen(room: string, ear: RoomEar): () => void {
    const id = `ear:${newId()}`;
    const forget = this.ears.add(room, ear);
    void this.addAll(id, new Set([room]));
    return () => {
      forget();
      this.delAll(id);
    };
  }

  /** Delivers here, then to the other processes. Resolves when Redis has it, or will not get it. */
  override async broadcast(packet: EventPacket, options: BroadcastOptions): Promise<void> {
    this.deliver(packet, options);
    const event = packet.data[0];
    if (options.flags?.local) return eventsSent.add({ event, outcome: 'kept_here' });
    const { rooms, except, flags } = options;
    const opts = { rooms: [...rooms], except: [...(except ?? [])], flags: { ...flags, at: Date.now() } };
    const called = redisCall('publish');
    try {
      const published = this.publishAndReturnOffset({ type: MessageType.BROADCAST, data: { packet, opts } });
      const isPublished = (await within(published, FAIL_FAST_MS)) !== TOO_LATE;
      called(isPublished ? 'done' : 'failed');
      eventsSent.add({ event, outcome: isPublished ? 'published' : 'failed' });
    } catch (error) {
      called('failed');
      eventsSent.add({ event, outcome: 'failed' });
      this.fleet.onError(error, 'publish');
    }
  }

  override async close(): Promise<void> {
    this.fleet.subscriber.off('ready', this.onReady);
    await super.close();
  }

  protected override onMessage(message: ClusterMessage): void {
    const isPlainBroadcast = message.type === MessageType.BROADCAST && message.data.requestId === undefined;
    if (!isPlainBroadcast) return super.onMessage(message);
    if (message.uid === this.uid || message.nsp !== (this.nsp as Namespace).name) return;
    const { rooms, except, flags } = message.data.opts;
    noteHeard(message.data.packet as EventPacket, flags);
    this.deliver(message.data.packet as EventPacket, { rooms: new Set(rooms), except: new Set(except), flags });
  }

  /** Sends a packet to the sockets of this process now, whatever its place. */
  deliverHere(packet: EventPacket, options: BroadcastOptions): void {
    this.remember(packet);
    Adapter.prototype.broadcast.call(this, packet, options);
    this.ears.hear(options.rooms, packet.data);
  }

  private deliver(packet: EventPacket, options: BroadcastOptions): void {
    const [room] = options.rooms;
    const { sequencer } = this.fleet;
    const seq = seqOf(packet);
    const { behind, before, last }: EventFlags = options.flags ?? {};
    const deliver = (): void => {
      if (before === undefined || !this.heard.has(before)) this.deliverHere(packet, options);
    };
    if (!sequencer || room === undefined) deliver();
    else if (seq !== undefined) sequencer.offer(room, seq, { deliver, skip: () => this.remember(packet) });
    else if (behind !== undefined) sequencer.follow(room, behind, deliver);
    else deliver();
    if (room !== undefined && last) {
      Adapter.prototype.delSockets.call(this, { rooms: new Set([room]), except: new Set<string>() }, [room]);
    }
  }

  /** A message is over for those here: pieces of it come too late from now on. */
  private remember(packet: EventPacket): void {
    const id = idOf(packet);
    if (id === undefined) return;
    this.heard.add(id);
    if (this.heard.size <= KNOWN_MESSAGES) return;
    for (const oldest of this.heard) {
      this.heard.delete(oldest);
      return;
    }
  }

  /** A connection that comes back has forgotten its subscriptions. */
  private resubscribe(): void {
    for (const channel of this.subscribing.keys()) {
      const work = this.fleet.subscriber.ssubscribe(channel);
      this.subscribing.set(
        channel,
        work.catch((error: unknown) => this.fleet.onError(error, 'subscribe')),
      );
    }
  }
}

/** A message carries its id. */
function idOf(packet: EventPacket): string | undefined {
  const payload = packet.data[1] as { id?: unknown } | undefined;
  return typeof payload?.id === 'string' ? payload.id : undefined;
}

/** An event with a place in its channel's order carries it as `seq`. */
function seqOf(packet: EventPacket): number | undefined {
  const payload = packet.data[1] as { seq?: unknown } | undefined;
  return typeof payload?.seq === 'number' ? payload.seq : undefined;
}

function noteHeard({ data: [event] }: EventPacket, { at }: EventFlags): void {
  eventsHeard.add({ event });
  if (at === undefined) return;
  const kind = event === 'messageStreamChunk' ? 'chunk' : 'event';
  eventLag.note({ kind }, Math.max(0, Date.now() - at) / 1_000);
}
