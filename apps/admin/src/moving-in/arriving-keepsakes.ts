import { ownId, type Uuid } from '@app/contracts';
import type { ArrivingOverride, ElizaosMemory, ElizaosRoom, ElizaosWorld, Memory, Room, World } from '@app/persistence';

/** What becomes of something an agent kept: it is stored, or it stays behind for this reason. */
export type Fate<T> = { stored: T } | { left: string };

/** Worlds that stand for a message server or a channel are derived here. */
export function fateOfWorld({ standsFor, ...world }: ElizaosWorld): Fate<World> {
  const { agentId, messageServerId } = world;
  if (standsFor === 'channel') return { left: 'stand for channels' };
  if (standsFor === 'server' && messageServerId !== null && world.id === ownId(agentId, messageServerId)) {
    return { left: 'stand for message servers' };
  }
  return { stored: { ...world, metadata: world.metadata ?? {} } };
}

/** Rooms that stand for a channel are derived here, and go with it. */
export function fateOfRoom({ standsFor, ...room }: ElizaosRoom): Fate<Room> {
  if (standsFor === 'channel') return { left: 'stand for channels' };
  if (standsFor === 'deleted channel') return { left: 'stood for channels that were deleted' };
  return { stored: { ...room, metadata: room.metadata ?? {} } };
}

/** Memories of messages are read from the channels here. */
export function fateOfMemory(memory: ElizaosMemory): Fate<Memory & { agentId: Uuid }> {
  const { messageId, orphan, said: _, channelId, ...kept } = memory;
  if (messageId !== null) return { left: 'are messages of channels' };
  if (orphan) return { left: 'were messages that are deleted' };
  // Where an answer was waited for, ElizaOS makes a second room for the same channel.
  return { stored: { ...kept, roomId: channelId === null ? kept.roomId : ownId(kept.agentId, channelId) } };
}

/** How an agent remembers a message, when that is otherwise than it was said. */
export function overrideOf({ agentId, messageId, content, said }: ElizaosMemory): ArrivingOverride[] {
  if (messageId === null || typeof content['text'] !== 'string' || content['text'] === said) return [];
  return [{ agentId, messageId, content }];
}
