import { channelRoom, replyId, type Uuid } from '@app/contracts';
import type { Place, RoomPublisher } from '@app/transport';

/** Whose reply is streamed, and where. */
export interface StreamPlace {
  tenantId: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  turnId: Uuid;
  attempt: number;
  /** The seq of the message that is answered: nobody hears the answer before it. */
  askedAt?: number;
}

/**
 * Sends a reply piece by piece to the channel's listeners: the first piece at once, later ones gathered for a few
 * milliseconds, or none of them. Pieces are a courtesy and may be lost; the reply itself follows as a message.
 */
export class ReplyStream {
  private readonly room: Place;
  private readonly streams = new Map<number, { index: number; gathered: string; sent: string }>();
  private timer?: NodeJS.Timeout;

  constructor(
    private readonly rooms: RoomPublisher,
    private readonly place: StreamPlace,
    private readonly intervalMs: number,
  ) {
    this.room = { room: channelRoom(place.tenantId, place.channelId), behind: place.askedAt };
  }

  /** The next piece of the reply with that ordinal. */
  add(ordinal: number, text: string): void {
    const stream = this.streams.get(ordinal);
    if (stream) {
      stream.gathered += text;
      if (this.intervalMs === 0) this.flush();
      else this.timer ??= setTimeout(() => this.flush(), this.intervalMs);
    } else {
      this.streams.set(ordinal, { index: 0, gathered: text, sent: '' });
      this.flush();
    }
  }

  /** Sends what is gathered; nothing may be added afterwards. */
  end(): void {
    this.flush();
  }

  /** What was said so far, sent or not, by the ordinals of replies. */
  begun(): Map<number, string> {
    return new Map([...this.streams].map(([ordinal, { sent, gathered }]) => [ordinal, sent + gathered]));
  }

  /** Throws away what is gathered; nothing may be added afterwards. */
  drop(): void {
    clearTimeout(this.timer);
    for (const stream of this.streams.values()) stream.gathered = '';
  }

  /** Tells listeners that the streams end here, without their replies. */
  async breakOff(error: string): Promise<void> {
    this.drop();
    for (const [ordinal, { sent }] of this.streams) {
      const messageId = this.idOf(ordinal);
      const { channelId, agentId } = this.place;
      const partial = sent === '' ? {} : { partialText: sent };
      await this.rooms.publish(this.room, 'messageStreamError', { messageId, channelId, agentId, error, ...partial });
    }
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const { agentId, channelId } = this.place;
    for (const [ordinal, stream] of this.streams) {
      if (stream.gathered === '') continue;
      const chunk = stream.gathered;
      stream.gathered = '';
      stream.sent += chunk;
      const messageId = this.idOf(ordinal);
      void this.rooms.publish({ ...this.room, before: messageId }, 'messageStreamChunk', {
        messageId,
        chunk,
        index: stream.index++,
        agentId,
        channelId,
      });
    }
  }

  private idOf(ordinal: number): Uuid {
    return replyId(this.place.turnId, this.place.attempt, ordinal);
  }
}
