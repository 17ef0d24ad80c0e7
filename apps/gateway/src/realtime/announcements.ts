import { messageBroadcast, type JsonObject, type ServerEvents } from '@app/contracts';
import type { ChannelEntity, ChannelEvent } from '@app/persistence';
import { channelView } from '../messaging/views.js';

type SequencedEvent = 'messageBroadcast' | 'messageDeleted' | 'channelCleared' | 'channelUpdated';

/** An event of a channel as its listeners get it. */
export type Announcement = { [E in SequencedEvent]: { event: E; payload: ServerEvents[E] } }[SequencedEvent];

/** What a past event looks like today; undefined when nothing is left to tell, such as of a message deleted since. */
export function announcementOf(event: ChannelEvent, channel: ChannelEntity): Announcement | undefined {
  const { seq, message } = event;
  const { id: channelId, messageServerId } = channel;
  switch (event.kind) {
    case 'message':
    case 'message_updated':
      return message && { event: 'messageBroadcast', payload: { ...messageBroadcast(message, messageServerId), seq } };
    case 'message_deleted':
      return { event: 'messageDeleted', payload: { messageId: event.messageId!, channelId, seq } };
    case 'cleared':
      return { event: 'channelCleared', payload: { channelId, seq } };
    case 'updated':
      return { event: 'channelUpdated', payload: { channelId, updates: channelUpdates(channel), seq } };
  }
}

/** What `channelUpdated` tells of a channel. */
export function channelUpdates(channel: ChannelEntity): JsonObject {
  return { ...channelView(channel) };
}
