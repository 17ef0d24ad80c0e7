import { channelRoom, type ServerEvent, type ServerEvents, type Uuid } from '@app/contracts';
import { MediaLinks } from '@app/platform';
import { Inject, Injectable } from '@nestjs/common';
import { RoomPublisher } from '@app/transport';

/** Tells the listeners of a channel, on every gateway, what happened in it. */
@Injectable()
export class Announcer {
  constructor(
    @Inject(RoomPublisher) private readonly rooms: RoomPublisher,
    @Inject(MediaLinks) private readonly links: MediaLinks,
  ) {}

  /**
   * Tells listeners of this process at once and those of others through Redis. Never throws; resolves within a quarter
   * of a second. What has a `seq` reaches its listeners even when Redis loses it; what has none is heard `behind` the
   * event with that seq.
   */
  async announce<E extends ServerEvent>(
    place: { tenantId: Uuid; channelId: Uuid; behind?: number },
    event: E,
    payload: ServerEvents[E],
  ): Promise<void> {
    const { tenantId, channelId, behind } = place;
    const told = this.links.signedIn(tenantId, payload);
    await this.rooms.publish({ room: channelRoom(tenantId, channelId), behind }, event, told);
  }

  /**
   * Tells listeners that their channel is gone, and lets none of them stay: under the same id another channel may be
   * made, whose order begins anew.
   */
  async announceEnd(place: { tenantId: Uuid; channelId: Uuid }): Promise<void> {
    const { tenantId, channelId } = place;
    await this.rooms.publishLast(channelRoom(tenantId, channelId), 'channelDeleted', { channelId });
  }
}
