import {
  DEFAULT_MESSAGE_SERVER_ID,
  FleetError,
  newId,
  type ChannelView,
  type CreateMessageServerDto,
  type MessageServerView,
  type Uuid,
} from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type MessageServerEntity, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { channelView, messageServerView } from './views.js';

/** A tenant's message servers. */
@Injectable()
export class MessageServersService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The server that clients use when they name none. */
  current(): Uuid {
    return DEFAULT_MESSAGE_SERVER_ID;
  }

  /** All servers; to an end user those where it takes part in something, and the default one. */
  async list(caller: TenantContext): Promise<MessageServerView[]> {
    return this.database.inTenant(caller.tenantId, async (tenant) =>
      (await tenant.messageServers.list(boundEntity(caller))).map(messageServerView),
    );
  }

  async create({ tenantId }: TenantContext, server: CreateMessageServerDto): Promise<MessageServerView> {
    const { name, sourceType, sourceId = null, metadata = null } = server;
    return this.database.inTenant(tenantId, async (tenant) =>
      messageServerView(await tenant.messageServers.insert({ id: newId(), name, sourceType, sourceId, metadata })),
    );
  }

  /** The channels of a server; none when there is no such server. */
  async channels(caller: TenantContext, id: Uuid): Promise<ChannelView[]> {
    return this.database.inTenant(caller.tenantId, async (tenant) =>
      (await tenant.channels.listOfServer(id, boundEntity(caller))).map(channelView),
    );
  }
}

/**
 * @param seenBy only if this entity takes part in something there, or it is the default server
 * @throws FleetError MESSAGE_SERVER_NOT_FOUND
 */
export async function presentServer(tenant: TenantScope, id: Uuid, seenBy?: Uuid): Promise<MessageServerEntity> {
  const server = await tenant.messageServers.find(id, seenBy);
  if (!server) throw new FleetError('MESSAGE_SERVER_NOT_FOUND', 'Message server not found');
  return server;
}
