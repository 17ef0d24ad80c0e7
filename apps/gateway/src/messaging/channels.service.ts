import {
  DEFAULT_MESSAGE_SERVER_ID,
  derivedId,
  FleetError,
  newId,
  type CreateChannelDto,
  type DirectChannelQuery,
  type JsonObject,
  type UpdateChannelDto,
  type Uuid,
} from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, type ChannelEntity } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { channelUpdates } from '../realtime/announcements.js';
import { Announcer } from '../realtime/announcer.js';
import { channelNotFound } from './channel-directory.js';
import { presentServer } from './message-servers.service.js';
import { channelDetails, channelView, type ChannelView } from './views.js';

/** A tenant's channels. */
@Injectable()
export class ChannelsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Announcer) private readonly announcer: Announcer,
  ) {}

  /** @throws FleetError CHANNEL_NOT_FOUND */
  async get({ tenantId }: TenantContext, id: Uuid): Promise<ChannelView> {
    return this.database.inTenant(tenantId, async (tenant) =>
      channelDetails(present(await tenant.channels.find(id)), await tenant.participants.list(id)),
    );
  }

  /** @throws FleetError MESSAGE_SERVER_NOT_FOUND */
  async create({ tenantId }: TenantContext, given: CreateChannelDto): Promise<ChannelView> {
    const { name, type = 'GROUP', participantCentralUserIds = [] } = given;
    const metadata = ownMetadata(given.metadata ?? {});
    const id = newId();
    return this.database.inTenant(tenantId, async (tenant) => {
      const server = await presentServer(
        tenant,
        given.message_server_id ?? given.server_id ?? DEFAULT_MESSAGE_SERVER_ID,
      );
      await tenant.channels.insert({ id, messageServerId: server.id, name, type, metadata });
      await tenant.participants.add(id, [...new Set(participantCentralUserIds)]);
      return channelView(present(await tenant.channels.find(id)));
    });
  }

  /**
   * The channel between two, made when there is none. Its id follows from the two, so asking twice at once makes one.
   *
   * @throws FleetError VALIDATION_ERROR, MESSAGE_SERVER_NOT_FOUND
   */
  async direct({ tenantId }: TenantContext, query: DirectChannelQuery): Promise<ChannelView> {
    const { currentUserId, targetUserId, dmServerId = DEFAULT_MESSAGE_SERVER_ID } = query;
    if (currentUserId === targetUserId) {
      throw new FleetError('VALIDATION_ERROR', 'Cannot create DM channel with oneself');
    }
    const [user1, user2] = [currentUserId, targetUserId].sort() as [Uuid, Uuid];
    const name = `DM-${user1}-${user2}`;
    return this.database.inTenant(tenantId, async (tenant) => {
      const server = await presentServer(tenant, dmServerId);
      const found = await tenant.channels.findDirect(server.id, name);
      if (found) return channelView(found);
      const id = derivedId(server.id, name);
      const metadata = { user1, user2 };
      const made = await tenant.channels.insert({ id, messageServerId: server.id, name, type: 'DM', metadata });
      if (made) await tenant.participants.add(id, [currentUserId, targetUserId]);
      return channelView(present(await tenant.channels.find(id)));
    });
  }

  /** @throws FleetError CHANNEL_NOT_FOUND */
  async update({ tenantId }: TenantContext, id: Uuid, change: UpdateChannelDto): Promise<ChannelView> {
    const { name, participantCentralUserIds } = change;
    const metadata = change.metadata && ownMetadata(change.metadata);
    return this.database.inTenant(tenantId, async (tenant) => {
      const updated = await tenant.channels.update(id, { name, metadata });
      if (!updated) throw channelNotFound();
      if (participantCentralUserIds) await tenant.participants.replace(id, [...new Set(participantCentralUserIds)]);
      const { channel, place } = updated;
      const event = { channelId: id, updates: channelUpdates(channel), seq: place.seq };
      tenant.afterCommit(() => void this.announcer.announce({ tenantId, channelId: id }, 'channelUpdated', event));
      return channelView(channel);
    });
  }

  /**
   * Deletes a channel with all that is in it.
   *
   * @throws FleetError CHANNEL_NOT_FOUND
   */
  async remove({ tenantId }: TenantContext, id: Uuid): Promise<void> {
    await this.database.inTenant(tenantId, async (tenant) => {
      if (!(await tenant.channels.delete(id))) throw channelNotFound();
      tenant.afterCommit(() => void this.announcer.announceEnd({ tenantId, channelId: id }));
    });
  }
}

/** Without the participants that {@link channelDetails} shows among them: they are kept apart. */
function ownMetadata(metadata: JsonObject): JsonObject {
  const { participantCentralUserIds: _, ...own } = metadata;
  return own;
}

function present(channel: ChannelEntity | undefined): ChannelEntity {
  if (!channel) throw channelNotFound();
  return channel;
}
