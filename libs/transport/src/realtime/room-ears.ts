/** What a listener that is no socket is told. */
export type RoomEar = (event: string, payload: unknown) => void;

/** Listeners of this process that are no sockets, by the room they hear. */
export class RoomEars {
  private readonly rooms = new Map<string, Set<RoomEar>>();

  /** Adds a listener; answers how it is taken away. */
  add(room: string, ear: RoomEar): () => void {
    const own = (...told: Parameters<RoomEar>): void => ear(...told);
    const ears = this.rooms.get(room) ?? new Set();
    this.rooms.set(room, ears.add(own));
    return () => {
      ears.delete(own);
      if (ears.size === 0 && this.rooms.get(room) === ears) this.rooms.delete(room);
    };
  }

  /** Tells an event to whoever listens to one of these rooms. */
  hear(rooms: Set<string>, [event, payload]: [event: string, payload: unknown]): void {
    for (const room of rooms) for (const ear of [...(this.rooms.get(room) ?? [])]) ear(event, payload);
  }
}
