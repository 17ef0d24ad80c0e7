import { boundEntity, LimitsService, type TenantContext } from '@app/identity';
import { MessagePath, type Acceptance, type NewMessage } from '@app/persistence';
import { Inject, Injectable } from '@nestjs/common';
import { demandOwnVoice } from '../authorization/channel-rights.js';
import { ChannelDirectory, channelNotFound } from './channel-directory.js';
import type { IncomingMessage } from './messages.service.js';

/** A message that found its channel. */
type Stored = Exclude<Acceptance, { outcome: 'channel_not_found' }>;

/** Stores messages: as their senders' own, within the limits of these, and in a channel that is made when it has to be. */
@Injectable()
export class MessageIntake {
  constructor(
    @Inject(LimitsService) private readonly limits: LimitsService,
    @Inject(MessagePath) private readonly path: MessagePath,
    @Inject(ChannelDirectory) private readonly channels: ChannelDirectory,
  ) {}

  /** @throws FleetError ENTITY_MISMATCH, RATE_LIMIT_EXCEEDED, QUOTA_EXCEEDED, CHANNEL_NOT_FOUND */
  async store(caller: TenantContext, incoming: IncomingMessage, message: NewMessage): Promise<Stored> {
    demandOwnVoice(caller, incoming);
    await this.limits.spendMessage(caller);
    const own = boundEntity(caller) !== undefined;
    for (const mayCreate of [true, false]) {
      const acceptance = await this.path.accept(caller.tenantId, message, { own });
      if (acceptance.outcome !== 'channel_not_found') return acceptance;
      const { channelId, messageServerId, authorId, metadata } = incoming;
      if (mayCreate) {
        await this.channels.findOrCreate(caller, channelId, { messageServerId, metadata, entityIds: [authorId] });
      }
    }
    throw channelNotFound();
  }
}
