import { FleetError, type CancelledAnswers, type Uuid } from '@app/contracts';
import { boundEntity, type TenantContext } from '@app/identity';
import { Database } from '@app/persistence';
import { RoomPublisher, tellDiscarded, TurnAlarm } from '@app/transport';
import { Inject, Injectable } from '@nestjs/common';
import { demandOwnMessage } from '../authorization/channel-rights.js';

/** Which answers are not wanted any more. */
export interface UnwantedAnswers {
  channelId: Uuid;
  /** The message they are to. */
  messageId: Uuid;
  /** Whose answer; everybody's when not given. */
  agentId?: Uuid;
}

/** Ends answers before they are complete, wherever they are made. */
@Injectable()
export class CancellationsService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(RoomPublisher) private readonly rooms: RoomPublisher,
    @Inject(TurnAlarm) private readonly alarm: TurnAlarm,
  ) {}

  /**
   * Cancels the answers to a message. One that nobody runs yet is over, and who waits for it is told; a running one is
   * asked to stop, and is over when its worker has stored what it had said so far. An answer that is complete stays.
   *
   * @throws FleetError NOT_FOUND; FORBIDDEN for an end user and what somebody else said
   */
  async cancel(caller: TenantContext, unwanted: UnwantedAnswers): Promise<CancelledAnswers> {
    const { tenantId } = caller;
    const { channelId, messageId, agentId } = unwanted;
    const turns = await this.database.inTenant(tenantId, async (tenant) => {
      const message = await tenant.messages.find(messageId, boundEntity(caller));
      if (message?.channelId !== channelId) throw new FleetError('NOT_FOUND', 'Message not found');
      demandOwnMessage(caller, message);
      return tenant.turns.cancelAnswers(channelId, messageId, agentId);
    });
    const told = turns
      .filter(({ changed }) => changed)
      .map(({ state, ...turn }) =>
        state === 'cancelled'
          ? tellDiscarded(this.rooms, { tenantId, channelId, ...turn })
          : this.alarm.tell(turn.turnId),
      );
    await Promise.all(told);
    return { channelId, messageId, answers: turns.map(({ agentId: of, state }) => ({ agentId: of, state })) };
  }
}
