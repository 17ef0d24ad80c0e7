import { FleetError, isUuid, type JsonObject, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database, type ChannelEntity } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';

/** What a message or a join tells of a channel that may not exist yet. */
export interface ChannelHint {
  messageServerId?: Uuid;
  metadata?: JsonObject;
  /** Who takes part in it if it has to be made. */
  entityIds: Uuid[];
}

/** Finds channels for a caller, and makes the ones that ElizaOS makes by being talked in. */
@Injectable()
export class ChannelDirectory {
  constructor(@Inject(Database) private readonly database: Database) {}

  /**
   * The channel, made under the given id when there is none and the hint names a message server that exists.
   *
   * @throws FleetError CHANNEL_NOT_FOUND, the same as for none where it is another tenant's, or an end user does not
   *   take part in it
   */
  async findOrCreate(caller: TenantContext, channelId: Uuid, hint: ChannelHint): Promise<ChannelEntity> {
    const seenBy = boundEntity(caller);
    return this.database.inTenant(caller.tenantId, async (tenant) => {
      const found = await tenant.channels.find(channelId, seenBy);
      if (found) return found;
      const server = hint.messageServerId && (await tenant.messageServers.find(hint.messageServerId, seenBy));
      if (!server) throw channelNotFound();
      const made = { id: channelId, messageServerId: server.id, ...shapeOf(channelId, hint) };
      // Where the id is taken, by somebody else just now or for long, nobody gets in this way.
      if (await tenant.channels.insert(made)) await tenant.participants.add(channelId, participantsOf(hint));
      const channel = await tenant.channels.find(channelId, seenBy);
      if (!channel) throw channelNotFound();
      return channel;
    });
  }
}

/** What callers hear of a channel that does not exist, or not for them. */
export function channelNotFound(): FleetError {
  return new FleetError('CHANNEL_NOT_FOUND', 'Channel not found');
}

/** Whether metadata says that a channel is between two. */
function isDirect(metadata: JsonObject | undefined): boolean {
  return metadata?.['isDm'] === true || metadata?.['channelType'] === 'DM';
}

function shapeOf(channelId: Uuid, hint: ChannelHint): Pick<ChannelEntity, 'name' | 'type' | 'metadata'> {
  const direct = isDirect(hint.metadata);
  return {
    name: `${direct ? 'DM' : 'Chat'} ${channelId.slice(0, 8)}`,
    type: direct ? 'DM' : 'GROUP',
    metadata: hint.metadata ?? {},
  };
}

function participantsOf({ entityIds, metadata }: ChannelHint): Uuid[] {
  const named = [metadata?.['targetUserId'], metadata?.['recipientId'], metadata?.['targetAgentId']];
  return [...new Set([...entityIds, ...named.filter(isUuid)])];
}
