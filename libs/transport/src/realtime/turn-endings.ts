import { channelRoom, replyId, type Uuid } from '@app/contracts';
import type { RoomPublisher } from './room-publisher.js';

/** A turn that was taken off before it was over. */
export interface EndedTurn {
  tenantId: Uuid;
  turnId: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  /** Its last one; 0 when it was never run. */
  attempt: number;
}

/**
 * Tells a channel that nothing comes of a turn: what it had begun to say is over, and who closed its input until there
 * is an answer may open it again. Whoever waits for the turn looks at once.
 */
export async function tellDiscarded(rooms: RoomPublisher, turn: EndedTurn): Promise<void> {
  const { tenantId, turnId, channelId, agentId, attempt } = turn;
  const room = channelRoom(tenantId, channelId);
  const told: Promise<void>[] = []; // sent one after the other on one connection, and so in this order
  if (attempt > 0) {
    const messageId = replyId(turnId, attempt, 0);
    const error = 'The answer was cancelled';
    told.push(rooms.publish(room, 'messageStreamError', { channelId, messageId, agentId, error }));
  }
  told.push(rooms.publish(room, 'controlMessage', { channelId, action: 'enable_input', roomId: channelId }));
  told.push(rooms.publish(room, 'messageComplete', { channelId, roomId: channelId }));
  await Promise.all(told);
}
