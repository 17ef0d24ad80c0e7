import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';

/** A memory of an agent. */
export class MemoryView {
  id: Uuid;
  /** `messages`, `facts`, `documents`, … */
  type: string;
  /** Epoch milliseconds. */
  createdAt: number;
  content: JsonObject;
  entityId: Uuid | null;
  agentId: Uuid;
  roomId: Uuid | null;
  worldId?: Uuid;
  unique: boolean;
  metadata: JsonObject;
}

/** Memories, newest first. */
export class MemoryList {
  memories: MemoryView[];
}

/** A memory that was changed. */
export class MemoryUpdated {
  id: Uuid;
  message: string;
}

/** Memories that were forgotten. */
export class MemoriesCleared {
  deleted: number;
  message: string;
}

/** A room of an agent. */
export class RoomView {
  id: Uuid;
  name: string;
  /** The channel it stands for; of a room that stands for none, its own id. */
  channelId: Uuid;
  agentId: Uuid;
  messageServerId: Uuid | null;
  /** The older name of `messageServerId`. */
  serverId: Uuid | null;
  worldId: Uuid | null;
  type: string;
  source: string;
  metadata: JsonObject;
}

/** Rooms. */
export class RoomList {
  rooms: RoomView[];
}

/** A room with the name of its world. */
export class RoomDetail extends RoomView {
  worldName: string | null;
}

/** A room that was made. */
export class RoomCreated {
  id: Uuid;
  name: string;
  agentId: Uuid;
  messageServerId: Uuid | null;
  worldId: Uuid | null;
  type: string;
  source: string;
  metadata: JsonObject;
  /** Epoch milliseconds. */
  createdAt: number;
}

/** An agent for which no room was made. */
export class GroupError {
  agentId: Uuid;
  code: string;
  error: string;
}

/** The rooms of a group, and the agents that got none. */
export class GroupAnswer {
  success: true;
  data: RoomCreated[];
  errors?: GroupError[];
}
