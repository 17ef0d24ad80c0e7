import { FleetError, type Uuid } from '@app/contracts';
import type { Database } from '../database/database.js';
import type { DiscardedTurn, QueueFilter, Revival, TurnLife } from '../repositories/queue.repository.js';

/** Which dead turns are meant: all of them, or those that failed in this way, or of messages before. */
export type DeadFilter = Omit<QueueFilter, 'state'>;

/** What became of many dead turns. */
export interface Mended {
  /** So many were tried anew, or taken off. */
  done: number;
  /** The others, by why not. */
  left: Partial<Record<Exclude<Revival, 'revived'>, number>>;
  /** Where there may be more: the last one that was looked at. */
  last?: { createdAt: Date; id: Uuid };
}

const WHY_NOT: Record<Exclude<Revival, 'revived' | 'not_found'>, string> = {
  not_dead: 'This turn has not failed: only one that did is tried anew',
  message_gone: 'The message it was to answer is gone',
  agent_stopped: 'Its agent is stopped: start it first',
  agent_left: 'Its agent takes no part in the channel any more',
};

/** What operators do about turns of a tenant that failed or hang. */
export class DeadTurns {
  constructor(private readonly database: Database) {}

  /** @throws FleetError TURN_NOT_FOUND */
  async get(tenantId: Uuid, turnId: Uuid): Promise<TurnLife> {
    const turn = await this.database.inTenant(tenantId, (scope) => scope.queue.find(turnId));
    if (!turn) throw noSuchTurn();
    return turn;
  }

  /**
   * Has a dead turn tried anew: a worker's next sweep releases it, and it is answered once.
   *
   * @throws FleetError TURN_NOT_FOUND, CONFLICT when it has not failed or could not be answered
   */
  async retry(tenantId: Uuid, turnId: Uuid): Promise<void> {
    const outcome = await this.database.inTenant(tenantId, (scope) => scope.queue.revive(turnId));
    if (outcome === 'not_found') throw noSuchTurn();
    if (outcome !== 'revived') throw new FleetError('CONFLICT', WHY_NOT[outcome], { reason: outcome });
  }

  /**
   * Takes a turn off for good, whether it waits, runs or failed. Whoever waits for it has to be told by the caller.
   *
   * @throws FleetError TURN_NOT_FOUND, CONFLICT when it is over otherwise
   */
  async discard(tenantId: Uuid, turnId: Uuid): Promise<DiscardedTurn> {
    const discarded = await this.database.inTenant(tenantId, (scope) => scope.queue.discard(turnId));
    if (discarded) return discarded;
    const { state } = await this.get(tenantId, turnId);
    throw new FleetError('CONFLICT', `This turn is over: it is ${state}`, { state });
  }

  /** {@link retry} of many, the oldest first. */
  async retryAll(tenantId: Uuid, filter: DeadFilter): Promise<Mended> {
    return this.mend(tenantId, filter, (turnId) =>
      this.database.inTenant(tenantId, (scope) => scope.queue.revive(turnId)),
    );
  }

  /** {@link discard} of many dead ones, the oldest first. Nobody waits for what has failed. */
  async discardAll(tenantId: Uuid, filter: DeadFilter): Promise<Mended> {
    return this.mend(tenantId, filter, async (turnId) => {
      const discarded = await this.database.inTenant(tenantId, (scope) => scope.queue.discard(turnId));
      return discarded ? 'revived' : 'not_dead';
    });
  }

  /** One transaction for each: they lie in many channels, and nobody waits for all of them. */
  private async mend(tenantId: Uuid, filter: DeadFilter, one: (turnId: Uuid) => Promise<Revival>): Promise<Mended> {
    const turns = await this.database.inTenant(tenantId, (scope) => scope.queue.page({ ...filter, state: 'failed' }));
    const last = turns.length === filter.limit ? turns.at(-1) : undefined;
    const mended: Mended = { done: 0, left: {}, ...(last ? { last: { createdAt: last.createdAt, id: last.id } } : {}) };
    for (const { id } of turns) {
      const outcome = await one(id);
      if (outcome === 'revived') mended.done++;
      else mended.left[outcome] = (mended.left[outcome] ?? 0) + 1;
    }
    return mended;
  }
}

function noSuchTurn(): FleetError {
  return new FleetError('TURN_NOT_FOUND', 'There is no such turn of this tenant');
}
