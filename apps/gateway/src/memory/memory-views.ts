import { ownId, type Json, type JsonObject, type MemoryView, type RoomView, type Uuid } from '@app/contracts';
import type { ChannelOfAgent, Memory, Recollection, Room } from '@app/persistence';

export function memoryView(agentId: Uuid, memory: Memory): MemoryView {
  const { id, type, content, entityId, roomId, worldId, isUnique, metadata } = memory;
  const world = worldId === null ? {} : { worldId };
  const createdAt = memory.createdAt.getTime();
  return { id, type, createdAt, content, entityId, agentId, roomId, ...world, unique: isUnique, metadata };
}

/** A message as the memory that ElizaOS would have made of it. */
export function recollectionView(agentId: Uuid, message: Recollection): MemoryView {
  const createdAt = message.createdAt.getTime();
  return {
    id: message.id,
    type: 'messages',
    createdAt,
    content: message.ownContent ?? contentOf(message),
    entityId: message.authorId,
    agentId,
    roomId: ownId(agentId, message.channelId),
    worldId: ownId(agentId, message.messageServerId),
    unique: true,
    metadata: message.ownMetadata ?? metadataOf(message),
  };
}

/** A room that was made, as ElizaOS lists it. */
export function roomView({ id, name, agentId, messageServerId, worldId, type, source, metadata }: Room): RoomView {
  const server = { messageServerId, serverId: messageServerId };
  return { id, name, channelId: id, agentId, ...server, worldId, type, source, metadata };
}

/** A channel as the room an agent has for it. */
export function channelRoomView(agentId: Uuid, channel: ChannelOfAgent): RoomView {
  return {
    id: ownId(agentId, channel.id),
    name: channel.name,
    channelId: channel.id,
    agentId,
    messageServerId: channel.messageServerId,
    serverId: channel.messageServerId,
    worldId: ownId(agentId, channel.messageServerId),
    type: channel.type,
    source: channel.sourceType ?? 'client_chat',
    metadata: channel.metadata,
  };
}

function contentOf({ text, channelType, sourceType, inReplyTo, metadata, rawMessage }: Recollection): JsonObject {
  const lifted: JsonObject = {};
  for (const field of ['thought', 'actions', 'attachments']) {
    const value: Json | undefined = rawMessage?.[field] ?? metadata[field];
    if (value !== undefined && value !== null) lifted[field] = value;
  }
  return {
    text,
    source: sourceType ?? 'client_chat',
    channelType,
    ...(inReplyTo === null ? {} : { inReplyTo }),
    ...lifted,
  };
}

function metadataOf({ id, authorName, sourceType, createdAt, metadata }: Recollection): JsonObject {
  const named: JsonObject = authorName === null ? {} : { entityName: authorName };
  const { attachments: _, ...rest } = metadata;
  return {
    ...rest,
    type: 'message',
    source: sourceType ?? 'client_chat',
    sourceId: id,
    timestamp: createdAt.getTime(),
    ...named,
  };
}
