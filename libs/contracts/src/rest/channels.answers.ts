import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';

/** A channel. */
export class ChannelView {
  id: Uuid;
  messageServerId: Uuid;
  name: string;
  /** `GROUP`, `DM` and whatever clients make of it. */
  type: string;
  /** In a channel's details with `participantCentralUserIds`. */
  metadata: JsonObject;
  createdAt: string;
  updatedAt: string;
}

/** Channels. */
export class ChannelList {
  channels: ChannelView[];
}

/** What came of the channels of another platform. */
export class SyncedChannels extends ChannelList {
  synced: number;
}

/** A message server. */
export class MessageServerView {
  id: Uuid;
  name: string;
  sourceType: string;
  sourceId?: string;
  metadata?: JsonObject;
  createdAt: string;
  updatedAt: string;
}

/** All message servers. */
export class MessageServerList {
  messageServers: MessageServerView[];
}

/** All message servers, under their older name. */
export class CentralServerList {
  servers: MessageServerView[];
}

/** A message server that was made. */
export class MadeMessageServer {
  server: MessageServerView;
}

/** The message server that clients use when they name none. */
export class CurrentMessageServer {
  messageServerId: Uuid;
}

/** Agents that are at home on a message server. */
export class MessageServerAgents {
  messageServerId: Uuid;
  agents: Uuid[];
}

/** Message servers an agent is at home on. */
export class AgentMessageServers {
  agentId: Uuid;
  messageServers: Uuid[];
}

/** An agent joined or left a message server. */
export class ServerMembership {
  messageServerId: Uuid;
  agentId: Uuid;
  message: string;
}

/** Who takes part in a channel. */
export class ChannelParticipants {
  channelId: Uuid;
  participants: Uuid[];
}

/** An agent joined or left a channel. */
export class Membership {
  channelId: Uuid;
  agentId: Uuid;
  message: string;
}

/** The title of a conversation. */
export class Title {
  title: string | null;
  channelId: Uuid;
  /** Why there is none. */
  reason?: string;
}

/** It is done. */
export class Done {
  success: true;
}
