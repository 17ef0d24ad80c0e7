import { channelRoom, type JoinPayload } from '@app/contracts';
import { demandOwnEntity } from '@app/identity';
import { Database } from '@app/persistence';
import { Sequencer, type FleetAdapter } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';
import { ChannelDirectory, channelNotFound } from '../messaging/channel-directory.js';
import { MembershipWatch } from './membership-watch.js';
import type { CallerSocket } from './socket-server.js';

/** Puts sockets into the rooms of their channels. */
@Injectable()
export class RoomsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
    @Inject(Sequencer) private readonly sequencer: Sequencer,
    @Inject(MembershipWatch) private readonly membership: MembershipWatch,
  ) {}

  /**
   * Lets a socket hear a channel. Every event behind the answered seq reaches it.
   *
   * @throws FleetError CHANNEL_NOT_FOUND, ENTITY_MISMATCH
   */
  async join(socket: CallerSocket, join: JoinPayload & { channelId: string }): Promise<number> {
    const { caller } = socket.data;
    const { channelId, messageServerId, metadata } = join;
    demandOwnEntity(caller, join.entityId);
    await this.channels.findOrCreate(caller, channelId, {
      messageServerId,
      metadata,
      entityIds: [join.entityId ?? caller.entityId],
    });
    const room = channelRoom(caller.tenantId, channelId);
    // A room that is open already is heard from where it stands this moment.
    const standing = this.sequencer.standing(room);
    await socket.join(room);
    try {
      // First the subscription, then the look at where the channel stands: nothing falls between the two.
      await (socket.nsp.adapter as unknown as FleetAdapter).subscribed(room);
      const seq = await this.database.inTenant(caller.tenantId, (tenant) => tenant.channels.lastSeq(channelId));
      this.membership.begin(socket, channelId);
      if (seq === undefined || !(await this.membership.look(socket, channelId))) throw channelNotFound();
      return standing ?? this.sequencer.open(room, seq);
    } catch (error) {
      await socket.leave(room);
      throw error;
    }
  }
}
