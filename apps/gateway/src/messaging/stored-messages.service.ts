import {
  FleetError,
  messageBroadcast,
  type FoundMessages,
  type MessageView,
  type SearchMessagesDto,
  type Uuid,
} from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type MessageEntity, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { demandOwnMessage } from '../authorization/channel-rights.js';
import { Announcer } from '../realtime/announcer.js';
import { messageView } from './views.js';

/** How many messages a page of what was found has when nobody says, at most, and how deep one may page. */
const PAGE = { usual: 50, most: 100, deepest: 10_000 };

/** Messages by their id or their words, whichever channel they are in. */
@Injectable()
export class StoredMessagesService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Announcer) private readonly announcer: Announcer,
  ) {}

  /** @throws FleetError NOT_FOUND */
  async get(caller: TenantContext, id: Uuid): Promise<MessageView> {
    const message = await this.database.inTenant(caller.tenantId, (tenant) =>
      tenant.messages.find(id, boundEntity(caller)),
    );
    if (!message) throw messageNotFound();
    return messageView(message);
  }

  /**
   * Gives a message other words. Its listeners are told under the same id; what agents answered stays.
   *
   * @throws FleetError NOT_FOUND; FORBIDDEN for an end user and what somebody else said
   */
  async edit(caller: TenantContext, id: Uuid, content: string): Promise<MessageView> {
    const { tenantId } = caller;
    return this.database.inTenant(tenantId, async (tenant) => {
      const before = await tenant.messages.find(id, boundEntity(caller));
      if (!before) throw messageNotFound();
      demandOwnMessage(caller, before);
      const updated = await tenant.messages.update(id, { content });
      const channel = updated && (await tenant.channels.find(updated.message.channelId));
      if (!channel) throw messageNotFound();
      const { message, place } = updated;
      const payload = { ...messageBroadcast(message, channel.messageServerId), seq: place.seq };
      const where = { tenantId, channelId: channel.id };
      tenant.afterCommit(() => void this.announcer.announce(where, 'messageBroadcast', payload));
      return messageView(message);
    });
  }

  /**
   * Messages that fit, newest first: by words in all channels, or in one channel by anything.
   *
   * @throws FleetError VALIDATION_ERROR
   */
  async search(caller: TenantContext, asked: SearchMessagesDto): Promise<FoundMessages> {
    const limit = Math.min(asked.limit ?? PAGE.usual, PAGE.most);
    const offset = asked.offset ?? ((asked.page ?? 1) - 1) * limit;
    if (offset > PAGE.deepest) {
      throw new FleetError(
        'VALIDATION_ERROR',
        `Only the first ${PAGE.deepest} messages can be paged; narrow the search`,
      );
    }
    if (asked.query === undefined && asked.channelId === undefined) {
      throw new FleetError('VALIDATION_ERROR', 'query or channelId is required');
    }
    // One more than asked for tells whether there are more.
    const page = { limit: limit + 1, offset, seenBy: boundEntity(caller) };
    const found = await this.database.inTenant(caller.tenantId, (tenant) => find(tenant, asked, page));
    return { messages: found.slice(0, limit).map(messageView), hasMore: found.length > limit };
  }
}

async function find(
  tenant: TenantScope,
  asked: SearchMessagesDto,
  page: { limit: number; offset: number; seenBy?: Uuid },
): Promise<MessageEntity[]> {
  const { query, channelId, authorId, from, to } = asked;
  if (query !== undefined) return tenant.messageSearch.find({ query, channelId, authorId, from, to, ...page });
  return tenant.messages.inChannel(channelId!, { authorId, from, to, ...page });
}

/** What callers hear of a message that does not exist, or not for them. */
export function messageNotFound(): FleetError {
  return new FleetError('NOT_FOUND', 'Message not found');
}
