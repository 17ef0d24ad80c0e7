import { createHash } from 'node:crypto';
import {
  FleetError,
  isUuid,
  messageBroadcast,
  newId,
  type JsonObject,
  type StoredMessage,
  type Uuid,
} from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type NewMessage } from '@app/persistence';
import { TurnQueue } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';
import { demandAlone, demandOwnMessage } from '../authorization/channel-rights.js';
import { Announcer } from '../realtime/announcer.js';
import { channelNotFound } from './channel-directory.js';
import { busiestInMessages, messagesTaken } from './message-metrics.js';
import { MessageIntake } from './message-intake.js';

/** A message somebody sends, whichever door it came through. */
export interface IncomingMessage {
  channelId: Uuid;
  /** Where the channel is made when there is none. */
  messageServerId?: Uuid;
  authorId: Uuid;
  authorName?: string;
  text: string;
  source: string;
  /** The sender's own id of the message. */
  clientMessageId?: string;
  sourceId?: string;
  inReplyTo?: Uuid;
  attachments?: JsonObject[];
  metadata?: JsonObject;
  raw?: JsonObject;
}

/** A message that is durable. */
export interface AcceptedMessage {
  message: StoredMessage;
  messageServerId: Uuid;
  /** The message had been accepted before; nothing was stored and nobody was told again. */
  repeated: boolean;
}

/** The one way in for messages. */
@Injectable()
export class MessagesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(MessageIntake) private readonly intake: MessageIntake,
    @Inject(Announcer) private readonly announcer: Announcer,
    @Inject(TurnQueue) private readonly queue: TurnQueue,
  ) {}

  /**
   * Stores a message, tells the channel's listeners and sets its agents to work. Once it returns, the message is
   * durable and listeners of this process have heard it; Redis is not waited for.
   *
   * @throws FleetError CHANNEL_NOT_FOUND; IDEMPOTENCY_CONFLICT when the author used the client message id before for
   *   something else; ENTITY_MISMATCH; RATE_LIMIT_EXCEEDED; QUOTA_EXCEEDED
   */
  async accept(caller: TenantContext, incoming: IncomingMessage): Promise<AcceptedMessage> {
    const message = newMessage(incoming);
    const acceptance = await this.intake.store(caller, incoming, message);
    if (acceptance.outcome === 'conflict') {
      messagesTaken.add({ outcome: 'conflict' });
      throw new FleetError('IDEMPOTENCY_CONFLICT', 'This message id was used before for another message');
    }
    const stored: StoredMessage = {
      ...storedMessage(message),
      id: acceptance.id,
      seq: acceptance.seq,
      createdAt: acceptance.at,
    };
    const { messageServerId } = acceptance;
    const repeated = acceptance.outcome === 'duplicate';
    messagesTaken.add({ outcome: repeated ? 'repeated' : 'stored' });
    if (!repeated) {
      busiestInMessages.note(caller.tenantId);
      void this.spread(caller.tenantId, stored, acceptance);
    }
    return { message: stored, messageServerId, repeated };
  }

  /**
   * Deletes a message; nothing happens when there is no such message in the channel.
   *
   * @throws FleetError FORBIDDEN for an end user and what somebody else said
   */
  async remove(caller: TenantContext, channelId: Uuid, messageId: Uuid): Promise<void> {
    const seenBy = boundEntity(caller);
    await this.database.inTenant(caller.tenantId, async (tenant) => {
      const message = await tenant.messages.find(messageId, seenBy);
      if (message?.channelId !== channelId) return;
      demandOwnMessage(caller, message);
      const place = await tenant.messages.delete(channelId, messageId);
      if (!place) return;
      tenant.afterCommit(() => {
        const where = { tenantId: caller.tenantId, channelId };
        void this.announcer.announce(where, 'messageDeleted', { messageId, channelId, seq: place.seq });
      });
    });
  }

  /**
   * Deletes all messages of a channel.
   *
   * @throws FleetError CHANNEL_NOT_FOUND; FORBIDDEN for an end user while others take part
   */
  async clear(caller: TenantContext, channelId: Uuid): Promise<void> {
    await this.database.inTenant(caller.tenantId, async (tenant) => {
      if (!(await tenant.channels.find(channelId, boundEntity(caller)))) throw channelNotFound();
      await demandAlone(tenant, caller, channelId);
      const place = await tenant.messages.clear(channelId);
      if (!place) throw channelNotFound();
      tenant.afterCommit(() => {
        const where = { tenantId: caller.tenantId, channelId };
        void this.announcer.announce(where, 'channelCleared', { channelId, seq: place.seq });
      });
    });
  }

  /** The announcement goes first and gets a moment, so that no piece of an answer overtakes its question. */
  private async spread(
    tenantId: Uuid,
    message: StoredMessage,
    { messageServerId, releases }: { messageServerId: Uuid; releases: Parameters<TurnQueue['enqueue']>[1] },
  ): Promise<void> {
    const payload = messageBroadcast(message, messageServerId);
    await this.announcer.announce({ tenantId, channelId: message.channelId }, 'messageBroadcast', payload);
    await this.queue.enqueue(tenantId, releases);
  }
}

function newMessage(incoming: IncomingMessage): NewMessage {
  const { text, attachments, authorName, clientMessageId, metadata = {} } = incoming;
  const named: JsonObject = authorName === undefined ? {} : { user_display_name: authorName };
  const attached: JsonObject = attachments === undefined ? {} : { attachments };
  return {
    id: newId(),
    channelId: incoming.channelId,
    authorId: incoming.authorId,
    authorName,
    content: text,
    sourceType: incoming.source,
    sourceId: incoming.sourceId,
    inReplyTo: incoming.inReplyTo,
    metadata: { ...named, ...metadata, ...attached },
    rawMessage: incoming.raw,
    clientMessageId,
    contentHash: clientMessageId === undefined ? undefined : hash([text, attachments ?? metadata['attachments'] ?? []]),
    targets: [metadata['targetAgentId'], metadata['targetUserId']].filter(isUuid),
  };
}

function storedMessage(message: NewMessage): Omit<StoredMessage, 'id' | 'seq' | 'createdAt'> {
  return {
    channelId: message.channelId,
    authorId: message.authorId,
    authorName: message.authorName ?? null,
    content: message.content,
    sourceType: message.sourceType ?? null,
    inReplyTo: message.inReplyTo ?? null,
    metadata: message.metadata,
    rawMessage: message.rawMessage ?? null,
    clientMessageId: message.clientMessageId ?? null,
  };
}

function hash(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('base64');
}
