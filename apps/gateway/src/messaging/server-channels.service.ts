import {
  DEFAULT_MESSAGE_SERVER_ID,
  derivedId,
  FleetError,
  type ChannelView,
  type SyncedChannelDto,
  type Uuid,
} from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, type ChannelEntity, type MessageServerEntity, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { channelUpdates } from '../realtime/announcements.js';
import { Announcer } from '../realtime/announcer.js';
import { presentServer } from './message-servers.service.js';
import { channelView } from './views.js';

/** All channels of a message server at once. */
@Injectable()
export class ServerChannelsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Announcer) private readonly announcer: Announcer,
  ) {}

  /**
   * Makes the channels that are missing and renames those that are called otherwise now; others stay. A channel's id
   * follows from its own at its source, so syncing twice at once makes each once.
   *
   * @throws FleetError MESSAGE_SERVER_NOT_FOUND
   */
  async sync({ tenantId }: TenantContext, serverId: Uuid, given: SyncedChannelDto[]): Promise<ChannelView[]> {
    const named = new Map(given.map((channel) => [channel.sourceId, channel]));
    return this.database.inTenant(tenantId, async (tenant) => {
      const server = await presentServer(tenant, serverId);
      const synced = new Map<string, ChannelView>();
      // In the order of their ids, as everywhere where several channels are locked.
      const inOrder = [...named.values()].sort((a, b) => (idOf(server, a) < idOf(server, b) ? -1 : 1));
      for (const channel of inOrder) synced.set(channel.sourceId, channelView(await this.one(tenant, server, channel)));
      return [...named.keys()].map((sourceId) => synced.get(sourceId)!);
    });
  }

  /**
   * Deletes a message server with its channels and all that is in them.
   *
   * @throws FleetError MESSAGE_SERVER_NOT_FOUND; CONFLICT for the default server, which clients take for granted
   */
  async removeServer({ tenantId }: TenantContext, id: Uuid): Promise<void> {
    if (id === DEFAULT_MESSAGE_SERVER_ID) {
      throw new FleetError('CONFLICT', 'The default message server cannot be deleted');
    }
    await this.database.inTenant(tenantId, async (tenant) => {
      await presentServer(tenant, id);
      const channels = (await tenant.channels.listOfServer(id)).map((channel) => channel.id).sort();
      for (const channelId of channels) await tenant.channels.delete(channelId);
      await tenant.messageServers.delete(id);
      tenant.afterCommit(() => {
        for (const channelId of channels) void this.announcer.announceEnd({ tenantId, channelId });
      });
    });
  }

  private async one(
    tenant: TenantScope,
    server: MessageServerEntity,
    { name, type = 'GROUP', sourceId }: SyncedChannelDto,
  ): Promise<ChannelEntity> {
    const id = idOf(server, { sourceId });
    const found = await tenant.channels.find(id);
    if (found?.name === name) return found;
    if (!found) {
      const { sourceType } = server;
      const made = { id, messageServerId: server.id, name, type, metadata: {}, sourceType, sourceId };
      await tenant.channels.insert(made);
      return (await tenant.channels.find(id))!;
    }
    const { channel, place } = (await tenant.channels.update(id, { name }))!;
    const event = { channelId: id, updates: channelUpdates(channel), seq: place.seq };
    const where = { tenantId: tenant.tenantId, channelId: id };
    tenant.afterCommit(() => void this.announcer.announce(where, 'channelUpdated', event));
    return channel;
  }
}

function idOf(server: MessageServerEntity, { sourceId }: Pick<SyncedChannelDto, 'sourceId'>): Uuid {
  return derivedId(server.id, `source:${sourceId}`);
}
