import { missedEvents } from './realtime-metrics.js';

/** A room as the sequencer keeps it while somebody here listens to it. */
interface Room {
  /** The last event delivered; unknown until the first listener has read it. */
  last: number | undefined;
  /** Where it stood when it was opened. */
  opened: number;
  /** Events that came too early, by their seq. */
  early: Map<number, Early>;
  /** What has no seq of its own and waits until the room stands at this one. */
  followers: { seq: number; deliver: () => void }[];
  hold?: NodeJS.Timeout;
  /** A look into Postgres that is under way. */
  filling?: Promise<void>;
}

/** An event that waits: delivered in its turn, or skipped because it is older than what anybody here listens to. */
interface Early {
  deliver: () => void;
  skip?: () => void;
}

/** Where missing events come from. */
export interface EventSource {
  /** Delivers what happened in the room behind `seq`, in order, through `deliver`; answers whether there is more. */
  replay(room: string, seq: number, deliver: (seq: number, event: () => void) => void): Promise<boolean>;
  /** The last seq of each room; a room that no longer exists is left out. */
  heads(rooms: string[]): Promise<Map<string, number>>;
  /** Tells the listeners of a room that it no longer exists. */
  gone(room: string): void;
}

/** Events come up to this many milliseconds late before they count as lost. */
const HOLD_MS = 50;

/** So many may wait in one room; further ones are dropped: only what may be lost has no seq. */
const MOST_FOLLOWERS = 1_000;

/**
 * Lets every listener of this process hear a room's events once, in order and without a gap, whatever Redis loses,
 * doubles or mixes up. Redis only says that an event exists; what did not arrive is read from Postgres.
 */
export class Sequencer {
  private readonly rooms = new Map<string, Room>();

  constructor(
    private readonly source: EventSource,
    private readonly onError: (error: unknown, room?: string) => void,
  ) {}

  /** How many rooms somebody here listens to. */
  get size(): number {
    return this.rooms.size;
  }

  /** Somebody is about to listen: events that arrive from now on are kept until {@link open}. */
  prepare(room: string): void {
    if (!this.rooms.has(room)) this.rooms.set(room, { last: undefined, opened: 0, early: new Map(), followers: [] });
  }

  /** Where the room stands: who begins to listen now hears what follows. Undefined before it is opened. */
  standing(room: string): number | undefined {
    return this.rooms.get(room)?.last;
  }

  /**
   * The room stands at `seq`: what follows is delivered. A room that is open already stays where it is. Answers where
   * it stood when it was opened: whoever listened before that hears everything behind it.
   */
  open(room: string, seq: number): number {
    this.prepare(room);
    const state = this.rooms.get(room)!;
    if (state.last === undefined) {
      state.last = seq;
      state.opened = seq;
      for (const [place, { skip }] of state.early) if (place <= seq) skip?.();
      this.drain(room, state);
    }
    return state.opened;
  }

  /** Nobody listens any more. */
  close(room: string): void {
    clearTimeout(this.rooms.get(room)?.hold);
    this.rooms.delete(room);
  }

  /** An event has arrived: it is delivered now, after those before it, or, being an old one, skipped. */
  offer(room: string, seq: number, event: Early): void {
    const state = this.rooms.get(room);
    if (!state) return;
    if (state.last !== undefined && seq <= state.last) return event.skip?.();
    state.early.set(seq, event);
    if (state.last !== undefined && !state.filling) this.drain(room, state);
  }

  /** Something without a seq of its own arrived that belongs behind `seq`: it is delivered once the room stands there. */
  follow(room: string, seq: number, deliver: () => void): void {
    const state = this.rooms.get(room);
    if (!state) return;
    if (state.last !== undefined && seq <= state.last) return deliver();
    if (state.followers.length >= MOST_FOLLOWERS) return;
    state.followers.push({ seq, deliver });
    if (state.last !== undefined && !state.filling) this.drain(room, state);
  }

  /** Compares all rooms with Postgres and delivers what was missed. */
  async reconcile(): Promise<void> {
    const open = [...this.rooms].flatMap(([room, state]) => (state.last === undefined ? [] : [room]));
    if (open.length === 0) return;
    const stood = new Map(open.map((room) => [room, this.rooms.get(room)?.last]));
    const heads = await this.source.heads(open);
    const behind: string[] = [];
    for (const room of open) {
      const head = heads.get(room);
      if (head === undefined) this.source.gone(room);
      else if (head < stood.get(room)!) this.restart(room, behind);
      else if (head > (this.rooms.get(room)?.last ?? head)) behind.push(room);
    }
    // What is on its way right now gets the time it is due anyway.
    if (behind.length > 0) await new Promise((resolve) => setTimeout(resolve, HOLD_MS));
    for (const room of behind) {
      await this.rooms.get(room)?.filling;
      const state = this.rooms.get(room);
      if (state && (heads.get(room) ?? 0) > (state.last ?? Infinity)) await this.fill(room, state);
    }
  }

  /** A channel that has come less far than before was deleted and made again under its id: all of it is new. */
  private restart(room: string, behind: string[]): void {
    const state = this.rooms.get(room);
    if (!state) return;
    state.last = 0;
    behind.push(room);
  }

  /** Forgets everything. */
  stop(): void {
    for (const room of [...this.rooms.keys()]) this.close(room);
  }

  private drain(room: string, state: Room): void {
    const before = state.last;
    this.deliverReady(state);
    const waits = state.early.size > 0 || state.followers.length > 0;
    // What is missing has been missing since the timer was set: later arrivals do not put the look off.
    if (waits && state.hold && state.last === before) return;
    clearTimeout(state.hold);
    state.hold = waits ? setTimeout(() => void this.fill(room, state), HOLD_MS) : undefined;
  }

  private deliverReady(state: Room): void {
    deliverFollowers(state);
    let next: Early | undefined;
    while ((next = state.early.get(state.last! + 1))) {
      state.early.delete(state.last! + 1);
      advance(state, state.last! + 1, next.deliver);
    }
    for (const seq of state.early.keys()) if (seq <= state.last!) state.early.delete(seq);
  }

  /** Reads what is missing. Events that arrive meanwhile wait; those read are delivered from what was read. */
  private fill(room: string, state: Room): Promise<void> {
    clearTimeout(state.hold);
    state.hold = undefined;
    state.filling ??= this.read(room, state).finally(() => {
      state.filling = undefined;
      if (this.rooms.get(room) === state) this.deliverReady(state);
    });
    return state.filling;
  }

  private async read(room: string, state: Room): Promise<void> {
    const isLive = (): boolean => this.rooms.get(room) === state;
    try {
      let more = true;
      while (more && isLive()) {
        more = await this.source.replay(room, state.last!, (seq, deliver) => {
          if (isLive() && seq > state.last!) advance(state, seq, deliver);
        });
      }
      missedEvents.add({ outcome: 'read' });
    } catch (error) {
      missedEvents.add({ outcome: 'failed' });
      // Postgres is away: the next comparison tries again.
      this.onError(error, room);
    }
  }
}

function advance(state: Room, seq: number, deliver: () => void): void {
  state.last = seq;
  deliver();
  deliverFollowers(state);
}

function deliverFollowers(state: Room): void {
  if (state.followers.length === 0) return;
  const due = state.followers.filter(({ seq }) => seq <= state.last!);
  state.followers = state.followers.filter(({ seq }) => seq > state.last!);
  for (const { deliver } of due) deliver();
}
