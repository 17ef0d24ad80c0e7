import {
  DEFAULT_MESSAGE_SERVER_ID,
  derivedId,
  FleetError,
  newId,
  type ChannelView,
  type CreateChannelDto,
  type DirectChannelQuery,
  type JsonObject,
  type UpdateChannelDto,
  type Uuid,
} from '@app/contracts';
import { boundEntity, demandOwnEntity, type TenantContext } from '@app/identity';
import { Database, type ChannelEntity, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { demandAlone, demandMayTakeOut, firstParticipants } from '../authorization/channel-rights.js';
import { channelUpdates } from '../realtime/announcements.js';
import { Announcer } from '../realtime/announcer.js';
import { channelNotFound } from './channel-directory.js';
import { presentServer } from './message-servers.service.js';
import { channelDetails, channelView } from './views.js';

/** A tenant's channels. */
@Injectable()
export class ChannelsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Announcer) private readonly announcer: Announcer,
  ) {}

  /** @throws FleetError CHANNEL_NOT_FOUND */
  async get(caller: TenantContext, id: Uuid): Promise<ChannelView> {
    return this.database.inTenant(caller.tenantId, async (tenant) =>
      channelDetails(present(await tenant.channels.find(id, boundEntity(caller))), await tenant.participants.list(id)),
    );
  }

  /** @throws FleetError MESSAGE_SERVER_NOT_FOUND, ENTITY_MISMATCH */
  async create(caller: TenantContext, given: CreateChannelDto): Promise<ChannelView> {
    const { name, type = 'GROUP', participantCentralUserIds = [] } = given;
    const participants = firstParticipants(caller, participantCentralUserIds);
    const metadata = ownMetadata(given.metadata ?? {});
    const id = newId();
    const serverId = given.message_server_id ?? given.server_id ?? DEFAULT_MESSAGE_SERVER_ID;
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const server = await presentServer(tenant, serverId, boundEntity(caller));
      await tenant.channels.insert({ id, messageServerId: server.id, name, type, metadata });
      await tenant.participants.add(id, participants);
      return channelView(present(await tenant.channels.find(id)));
    });
  }

  /**
   * The channel between two, made when there is none. Its id follows from the two, so asking twice at once makes one.
   * An end user gets none in which a third takes part, whatever it is called and whichever id it has.
   *
   * @throws FleetError VALIDATION_ERROR, MESSAGE_SERVER_NOT_FOUND, ENTITY_MISMATCH
   */
  async direct(caller: TenantContext, query: DirectChannelQuery): Promise<ChannelView> {
    const { currentUserId, targetUserId, dmServerId = DEFAULT_MESSAGE_SERVER_ID } = query;
    demandOwnEntity(caller, currentUserId);
    if (currentUserId === targetUserId) {
      throw new FleetError('VALIDATION_ERROR', 'Cannot create DM channel with oneself');
    }
    const [user1, user2] = [currentUserId, targetUserId].sort() as [Uuid, Uuid];
    const name = `DM-${user1}-${user2}`;
    const both: [Uuid, Uuid] = [currentUserId, targetUserId];
    const between = boundEntity(caller) === undefined ? undefined : both;
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const server = await presentServer(tenant, dmServerId, boundEntity(caller));
      const find = async (): Promise<ChannelEntity | undefined> => tenant.channels.findDirect(server.id, name, between);
      const found = await find();
      if (found) return channelView(found);
      const channel = { messageServerId: server.id, name, type: 'DM', metadata: { user1, user2 } };
      for (const id of [derivedId(server.id, name), newId()]) {
        if (await tenant.channels.insert({ id, ...channel })) await tenant.participants.add(id, both);
        const there = await find();
        if (there) return channelView(there);
      }
      throw channelNotFound();
    });
  }

  /** @throws FleetError CHANNEL_NOT_FOUND; FORBIDDEN for an end user that takes others out */
  async update(caller: TenantContext, id: Uuid, change: UpdateChannelDto): Promise<ChannelView> {
    const { tenantId } = caller;
    const { name, participantCentralUserIds } = change;
    const metadata = change.metadata && ownMetadata(change.metadata);
    return this.database.inTenant(tenantId, async (tenant) => {
      present(await tenant.channels.find(id, boundEntity(caller)));
      const updated = await tenant.channels.update(id, { name, metadata });
      if (!updated) throw channelNotFound();
      if (participantCentralUserIds) await this.replace(tenant, caller, { id, by: participantCentralUserIds });
      const { channel, place } = updated;
      const event = { channelId: id, updates: channelUpdates(channel), seq: place.seq };
      tenant.afterCommit(() => void this.announcer.announce({ tenantId, channelId: id }, 'channelUpdated', event));
      return channelView(channel);
    });
  }

  /**
   * Deletes a channel with all that is in it.
   *
   * @throws FleetError CHANNEL_NOT_FOUND; FORBIDDEN for an end user while others take part
   */
  async remove(caller: TenantContext, id: Uuid): Promise<void> {
    const { tenantId } = caller;
    await this.database.inTenant(tenantId, async (tenant) => {
      present(await tenant.channels.find(id, boundEntity(caller)));
      await demandAlone(tenant, caller, id);
      if (!(await tenant.channels.delete(id))) throw channelNotFound();
      tenant.afterCommit(() => void this.announcer.announceEnd({ tenantId, channelId: id }));
    });
  }

  private async replace(
    tenant: TenantScope,
    caller: TenantContext,
    { id: channelId, by }: { id: Uuid; by: Uuid[] },
  ): Promise<void> {
    const entityIds = (await tenant.participants.list(channelId)).filter((entityId) => !by.includes(entityId));
    await demandMayTakeOut(tenant, caller, { channelId, entityIds });
    await tenant.participants.replace(channelId, [...new Set(by)]);
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
