import { FleetError, ownId, type Uuid } from '@app/contracts';
import type { ChannelOfAgent, Room, TenantScope } from '@app/persistence';

/** A room of an agent: one that was made, or one that stands for a channel. */
export type Place = { roomId: Uuid; room: Room } | { roomId: Uuid; channel: ChannelOfAgent };

/** So many channels are looked through at once. */
const PORTION = 5_000;

/** A room that is looked for. */
export interface Sought {
  agentId: Uuid;
  id: Uuid;
  /** Only the room of a channel this entity takes part in; rooms that were made are nobody's own. */
  seenBy?: Uuid;
}

/**
 * The room of an agent with that id, or the one that stands for the channel with that id. The room of a channel has a
 * hash for its id, so finding its channel means looking through the agent's channels.
 */
export async function findPlace(tenant: TenantScope, { agentId, id, seenBy }: Sought): Promise<Place | undefined> {
  const room = seenBy === undefined && (await tenant.rooms.find(agentId, id));
  if (room) return { roomId: id, room };
  const named = await tenant.rooms.channel(agentId, id, seenBy);
  const channelId = named ? id : await channelBehind(tenant, agentId, id);
  const channel = channelId && (await tenant.rooms.channel(agentId, channelId, seenBy));
  return channel ? { roomId: ownId(agentId, channel.id), channel } : undefined;
}

/** @throws FleetError NOT_FOUND */
export async function presentPlace(tenant: TenantScope, agentId: Uuid, id: Uuid): Promise<Place> {
  const place = await findPlace(tenant, { agentId, id });
  if (!place) throw new FleetError('NOT_FOUND', 'Room not found');
  return place;
}

async function channelBehind(tenant: TenantScope, agentId: Uuid, roomId: Uuid): Promise<Uuid | undefined> {
  let after: Uuid = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const ids = await tenant.rooms.channelIds(agentId, after, PORTION);
    const found = ids.find((channelId) => ownId(agentId, channelId) === roomId);
    const last = ids.at(-1);
    if (found || ids.length < PORTION || !last) return found;
    after = last;
  }
}
