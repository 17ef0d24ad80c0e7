import type { JsonObject, Uuid } from '@app/contracts';

/** An agent of ElizaOS: its character, with secrets sealed in ElizaOS's way. */
export interface ElizaosAgent {
  id: Uuid;
  name: string;
  enabled: boolean;
  character: JsonObject;
  createdAt: Date;
  updatedAt: Date;
}

/** A message server. */
export interface ElizaosServer {
  id: Uuid;
  name: string;
  sourceType: string;
  sourceId: string | null;
  metadata: JsonObject | null;
  createdAt: Date;
  updatedAt: Date;
}

/** An agent that is at home on a message server. */
export interface ElizaosServerAgent {
  serverId: Uuid;
  agentId: Uuid;
}

/** A channel with who takes part in it, in the order they joined. */
export interface ElizaosChannel {
  id: Uuid;
  serverId: Uuid;
  name: string;
  type: string;
  sourceType: string | null;
  sourceId: string | null;
  topic: string | null;
  metadata: JsonObject | null;
  participants: Uuid[];
  createdAt: Date;
  updatedAt: Date;
}

/** A message of a channel. */
export interface ElizaosMessage {
  id: Uuid;
  channelId: Uuid;
  authorId: Uuid;
  content: string;
  sourceType: string | null;
  sourceId: string | null;
  inReplyTo: Uuid | null;
  metadata: JsonObject | null;
  rawMessage: unknown;
  createdAt: Date;
  updatedAt: Date;
}

/** What an agent made for itself to be in: a world, or a room of one. */
export interface ElizaosWorld {
  agentId: Uuid;
  id: Uuid;
  name: string;
  messageServerId: Uuid | null;
  metadata: JsonObject | null;
  createdAt: Date;
  /** It was made for a message server, or for a channel, that is there. */
  standsFor: 'server' | 'channel' | null;
}

/** A room of an agent. */
export interface ElizaosRoom {
  agentId: Uuid;
  id: Uuid;
  name: string;
  source: string;
  type: string;
  worldId: Uuid | null;
  messageServerId: Uuid | null;
  metadata: JsonObject | null;
  createdAt: Date;
  /** It was made for a channel: one that is there, or one that was deleted. */
  standsFor: 'channel' | 'deleted channel' | null;
}

/** A memory, and the message it is of. */
export interface ElizaosMemory {
  agentId: Uuid;
  id: Uuid;
  type: string;
  content: JsonObject;
  metadata: JsonObject;
  isUnique: boolean;
  roomId: Uuid | null;
  /** The channel that its room was made for under the channel's own id, when that is there. */
  channelId: Uuid | null;
  worldId: Uuid | null;
  entityId: Uuid | null;
  createdAt: Date;
  /** The message of a channel that it is a copy of, and what was said there. */
  messageId: Uuid | null;
  said: string | null;
  /** It is a copy of a message that is no more. */
  orphan: boolean;
}

/** A message that an agent knew for certain, and has no memory of any more. */
export interface ElizaosForgotten {
  agentId: Uuid;
  messageId: Uuid;
}
