import type { Uuid } from '@app/contracts';
import type { EntityManager } from 'typeorm';

/** A place in a channel's order. */
export interface ChannelPlace {
  seq: number;
  at: Date;
}

/** What can happen in a channel. */
export type ChannelEventKind = 'message' | 'message_updated' | 'message_deleted' | 'cleared' | 'updated';

/** Takes the next place of a channel for an event; undefined when there is no such channel. Locks the channel. */
export async function appendEvent(
  manager: EntityManager,
  tenantId: Uuid,
  event: { channelId: Uuid; kind: ChannelEventKind; messageId?: Uuid },
): Promise<ChannelPlace | undefined> {
  const [place] = await manager.query<{ seq: string; at: Date }[]>('select seq, at from append_event($1, $2, $3, $4)', [
    tenantId,
    event.channelId,
    event.kind,
    event.messageId ?? null,
  ]);
  return place && { seq: Number(place.seq), at: place.at };
}
