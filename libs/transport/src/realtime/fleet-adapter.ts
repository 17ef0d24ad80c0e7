import type { Namespace } from 'socket.io';
import { Adapter, MessageType, type BroadcastOptions, type ClusterMessage } from 'socket.io-adapter';
import type { Redis } from 'ioredis';
import { FAIL_FAST_MS } from '../redis/redis-connections.js';
import { within } from '../redis/within.js';
import type { Sequencer } from './sequencer.js';
import { ShardedRedisAdapter } from './sharded-adapter.js';

/** An event on its way to a room, as Socket.IO packs it. */
export interface EventPacket {
  type: 2;
  data: [event: string, payload: unknown];
}

/** Flags of a room's last event. They travel with it, so that each process closes the room right behind it. */
export const LAST = { last: true } as BroadcastOptions['flags'];

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

  /** Delivers here, then to the other processes. Resolves when Redis has it, or will not get it. */
  override async broadcast(packet: EventPacket, options: BroadcastOptions): Promise<void> {
    this.deliver(packet, options);
    if (options.flags?.local) return;
    const { rooms, except, flags } = options;
    const opts = { rooms: [...rooms], except: [...(except ?? [])], flags: flags ?? {} };
    try {
      const published = this.publishAndReturnOffset({ type: MessageType.BROADCAST, data: { packet, opts } });
      await within(published, FAIL_FAST_MS);
    } catch (error) {
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
    this.deliver(message.data.packet as EventPacket, { rooms: new Set(rooms), except: new Set(except), flags });
  }

  /** Sends a packet to the sockets of this process now, whatever its place. */
  deliverHere(packet: EventPacket, options: BroadcastOptions): void {
    Adapter.prototype.broadcast.call(this, packet, options);
  }

  private deliver(packet: EventPacket, options: BroadcastOptions): void {
    const [room] = options.rooms;
    const seq = seqOf(packet);
    if (seq !== undefined && room !== undefined && this.fleet.sequencer) {
      this.fleet.sequencer.offer(room, seq, () => this.deliverHere(packet, options));
    } else {
      this.deliverHere(packet, options);
    }
    if (room !== undefined && options.flags && 'last' in options.flags) {
      Adapter.prototype.delSockets.call(this, { rooms: new Set([room]), except: new Set<string>() }, [room]);
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

/** An event with a place in its channel's order carries it as `seq`. */
function seqOf(packet: EventPacket): number | undefined {
  const payload = packet.data[1] as { seq?: unknown } | undefined;
  return typeof payload?.seq === 'number' ? payload.seq : undefined;
}
