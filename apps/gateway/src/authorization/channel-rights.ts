import { FleetError, type Uuid } from '@app/contracts';
import { boundEntity, demandOwnEntity, type TenantContext } from '@app/identity';
import type { MessageEntity, TenantScope } from '@app/persistence';

/**
 * What end users may do in the channels they take part in, and only in those: to them no other is there. Who acts for
 * the tenant may do it all. What they may see is narrowed where it is read: by `boundEntity`.
 */

/** What an agent says is told apart by these; nobody else says anything of the kind. */
const OF_AGENTS = new Set(['agent_response', 'agent_action']);

/**
 * Makes sure that a message is said by who says so, and not in the manner of an agent.
 *
 * @throws FleetError ENTITY_MISMATCH
 */
export function demandOwnVoice(caller: TenantContext, message: { authorId: Uuid; source: string }): void {
  demandOwnEntity(caller, message.authorId);
  if (boundEntity(caller) !== undefined && OF_AGENTS.has(message.source)) {
    throw new FleetError('ENTITY_MISMATCH', 'Only agents say something of this source type');
  }
}

/**
 * Those who take part in a channel that a caller makes: an end user in any case.
 *
 * @throws FleetError ENTITY_MISMATCH when others are named and the end user is not
 */
export function firstParticipants(caller: TenantContext, given: Uuid[]): Uuid[] {
  const own = boundEntity(caller);
  if (own === undefined) return [...new Set(given)];
  if (given.length > 0 && !given.includes(own)) demandOwnEntity(caller, given[0]);
  return [...new Set([...given, own])];
}

/** @throws FleetError FORBIDDEN for an end user that changes what somebody else said */
export function demandOwnMessage(caller: TenantContext, { authorId }: MessageEntity): void {
  const own = boundEntity(caller);
  if (own !== undefined && authorId !== own) throw new FleetError('FORBIDDEN', 'Somebody else said this');
}

/**
 * An end user takes itself and agents out of a channel, and nobody else.
 *
 * @throws FleetError FORBIDDEN
 */
export async function demandMayTakeOut(
  tenant: TenantScope,
  caller: TenantContext,
  { channelId, entityIds }: { channelId: Uuid; entityIds: Uuid[] },
): Promise<void> {
  const own = boundEntity(caller);
  const leaving = entityIds.filter((id) => id !== own);
  if (own === undefined || leaving.length === 0) return;
  const people = new Set(await tenant.participants.people(channelId));
  if (leaving.some((id) => people.has(id))) {
    throw new FleetError('FORBIDDEN', 'Only who acts for the whole tenant may take others out of a channel');
  }
}

/**
 * An end user clears and deletes a channel only where nobody but agents loses something by it.
 *
 * @throws FleetError FORBIDDEN
 */
export async function demandAlone(tenant: TenantScope, caller: TenantContext, channelId: Uuid): Promise<void> {
  const own = boundEntity(caller);
  if (own === undefined) return;
  if ((await tenant.participants.people(channelId)).some((id) => id !== own)) {
    throw new FleetError('FORBIDDEN', 'Others take part in this channel too');
  }
}
