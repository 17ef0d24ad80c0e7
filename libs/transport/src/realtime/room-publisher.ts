import type { ServerEvent, ServerEvents, Uuid } from '@app/contracts';
import { LAST, type EventFlags, type FleetAdapter } from './fleet-adapter.js';

/**
 * A room, and where in its order an event without a seq is to be heard: the pieces of an answer behind their question,
 * and before the message with that id, the whole answer.
 */
export interface Place {
  room: string;
  behind?: number;
  before?: Uuid;
}

/** Sends events to rooms, wherever their sockets are connected. */
export class RoomPublisher {
  /** @param adapter asked for at each use: a namespace has its adapter only once its server runs */
  constructor(private readonly adapter: () => FleetAdapter) {}

  /**
   * Sends an event to all sockets of a room. Never throws; resolves within a quarter of a second, whether or not
   * Redis took it: what has a `seq` reaches its listeners in any case.
   */
  async publish<E extends ServerEvent>(place: string | Place, event: E, payload: ServerEvents[E]): Promise<void> {
    const { room, ...order }: Place = typeof place === 'string' ? { room: place } : place;
    const flags: EventFlags = order;
    const options = { rooms: new Set([room]), except: new Set<string>(), flags };
    await this.adapter().broadcast({ type: 2, data: [event, payload] }, options);
  }

  /** {@link publish}, after which every process takes its sockets out of the room: it is over. */
  async publishLast<E extends ServerEvent>(room: string, event: E, payload: ServerEvents[E]): Promise<void> {
    const options = { rooms: new Set([room]), except: new Set<string>(), flags: LAST };
    await this.adapter().broadcast({ type: 2, data: [event, payload] }, options);
  }
}
