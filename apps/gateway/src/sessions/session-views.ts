import type {
  JsonObject,
  SessionCreated,
  SessionInfo,
  SessionMessage,
  SessionMessageList,
  SessionStatus,
  SessionTimeout,
} from '@app/contracts';
import type { MessageEntity, Session } from '@app/persistence';

/** A session as ElizaOS answers it when it is made. */
export function sessionCreated(session: Session): SessionCreated {
  return {
    sessionId: session.id,
    channelId: session.channelId,
    agentId: session.agentId,
    userId: session.userId,
    createdAt: session.createdAt.toISOString(),
    metadata: session.metadata,
    expiresAt: session.expiresAt.toISOString(),
    timeoutConfig: timeoutConfig(session),
  };
}

/** A session as ElizaOS shows it. */
export function sessionInfo(session: Session): SessionInfo {
  return {
    ...sessionCreated(session),
    lastActivity: session.lastActivityAt.toISOString(),
    renewalCount: session.renewalCount,
    timeRemaining: Math.max(0, session.remainingMs),
    isNearExpiration: isNearEnd(session),
  };
}

/** What a message did to its session. */
export function sessionStatus(session: Session, wasRenewed: boolean): SessionStatus {
  const { expiresAt, renewalCount } = session;
  return { expiresAt: expiresAt.toISOString(), renewalCount, wasRenewed, isNearExpiration: isNearEnd(session) };
}

/** A page of a session's messages, newest first, with where the pages beside it begin. */
export function sessionMessages(messages: MessageEntity[], hasMore: boolean): SessionMessageList {
  const newest = messages[0];
  const oldest = messages.at(-1);
  const cursors = newest && oldest && { before: oldest.createdAt.getTime(), after: newest.createdAt.getTime() };
  return { messages: messages.map(sessionMessage), hasMore, ...(cursors ? { cursors } : {}) };
}

function sessionMessage(message: MessageEntity): SessionMessage {
  const { rawMessage, metadata } = message;
  const isAgent = message.sourceType === 'agent_response';
  const lifted: JsonObject = {};
  for (const field of ['thought', 'actions']) {
    const value = rawMessage?.[field];
    if (isAgent && value !== undefined && value !== null) lifted[field] = value;
  }
  return {
    id: message.id,
    content: message.content,
    authorId: message.authorId,
    isAgent,
    createdAt: message.createdAt.toISOString(),
    metadata: { ...metadata, ...lifted },
  };
}

function timeoutConfig(session: Session): SessionTimeout {
  const { timeoutMinutes, autoRenew, maxDurationMinutes, warningThresholdMinutes } = session;
  return { timeoutMinutes, autoRenew, maxDurationMinutes, warningThresholdMinutes };
}

function isNearEnd({ remainingMs, warningThresholdMinutes }: Session): boolean {
  return remainingMs <= warningThresholdMinutes * 60_000;
}
