import type { JsonObject } from '../character.js';
import type { Uuid } from '../ids.js';
import type { AgentResponse, UserMessage } from './messages.answers.js';

/** How long a session lasts. */
export class SessionTimeout {
  timeoutMinutes: number;
  autoRenew: boolean;
  maxDurationMinutes: number;
  warningThresholdMinutes: number;
}

/** A session that was made. */
export class SessionCreated {
  sessionId: Uuid;
  channelId: Uuid;
  agentId: Uuid;
  userId: Uuid;
  createdAt: string;
  metadata: JsonObject;
  expiresAt: string;
  timeoutConfig: SessionTimeout;
}

/** A session. */
export class SessionInfo extends SessionCreated {
  lastActivity: string;
  renewalCount: number;
  /** Milliseconds. */
  timeRemaining: number;
  isNearExpiration: boolean;
}

/** How many sessions there are. */
export class SessionCounts {
  totalSessions: number;
  activeSessions: number;
  expiredSessions: number;
}

/** Sessions that are not over. */
export class SessionList {
  sessions: SessionInfo[];
  total: number;
  stats: SessionCounts;
}

/** How the sessions fare. */
export class SessionsHealth {
  status: 'healthy';
  activeSessions: number;
  timestamp: string;
  expiringSoon: number;
  /** Of the process that answered, in seconds. */
  uptime: number;
}

/** What a message did to its session. */
export class SessionStatus {
  expiresAt: string;
  renewalCount: number;
  wasRenewed: boolean;
  isNearExpiration: boolean;
}

/** A message that was said in a session. */
export class SentMessage {
  success: true;
  userMessage: UserMessage;
  /** With the transport `http`. */
  agentResponse?: AgentResponse;
  sessionStatus: SessionStatus;
}

/** A message that was said in a session: as ElizaOS answers it, and in `data`, where its client looks. */
export class SentMessageAnswer extends SentMessage {
  data: SentMessage;
}

/** A message of a session's history. */
export class SessionMessage {
  id: Uuid;
  content: string;
  authorId: Uuid;
  isAgent: boolean;
  createdAt: string;
  metadata: JsonObject;
}

/** Where the pages beside this one begin, in epoch milliseconds. */
export class SessionCursors {
  before: number;
  after: number;
}

/** Messages of a session, newest first. */
export class SessionMessageList {
  messages: SessionMessage[];
  hasMore: boolean;
  cursors?: SessionCursors;
}

/** What was done, said once more in `data`, where ElizaOS's client looks. */
export class MessageOfSuccess {
  success: true;
  message: string;
}

/** Something is done, and what that is. */
export class ToldSuccess extends MessageOfSuccess {
  data: MessageOfSuccess;
}
