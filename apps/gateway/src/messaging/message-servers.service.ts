import { DEFAULT_MESSAGE_SERVER_ID, FleetError, newId, type CreateMessageServerDto, type Uuid } from '@app/contracts';
import type { TenantContext } from '@app/identity';
import { Database, type MessageServerEntity, type TenantScope } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { channelView, messageServerView, type ChannelView } from './views.js';

/** A tenant's message servers. */
@Injectable()
export class MessageServersService {
  constructor(@Inject(Database) private readonly database: Database) {}

  /** The server that clients use when they name none. */
  current(): Uuid {
    return DEFAULT_MESSAGE_SERVER_ID;
  }

  async list({ tenantId }: TenantContext): Promise<Record<string, unknown>[]> {
    return this.database.inTenant(tenantId, async (tenant) =>
      (await tenant.messageServers.list()).map(messageServerView),
    );
  }

  async create({ tenantId }: TenantContext, server: CreateMessageServerDto): Promise<Record<string, unknown>> {
    const { name, sourceType, sourceId = null, metadata = null } = server;
    return this.database.inTenant(tenantId, async (tenant) =>
      messageServerView(await tenant.messageServers.insert({ id: newId(), name, sourceType, sourceId, metadata })),
    );
  }

  /** The channels of a server; none when there is no such server. */
  async channels({ tenantId }: TenantContext, id: Uuid): Promise<ChannelView[]> {
    return this.database.inTenant(tenantId, async (tenant) =>
      (await tenant.channels.listOfServer(id)).map(channelView),
    );
  }
}

/** @throws FleetError MESSAGE_SERVER_NOT_FOUND */
export async function presentServer(tenant: TenantScope, id: Uuid): Promise<MessageServerEntity> {
  const server = await tenant.messageServers.find(id);
  if (!server) throw new FleetError('MESSAGE_SERVER_NOT_FOUND', 'Message server not found');
  return server;
}
