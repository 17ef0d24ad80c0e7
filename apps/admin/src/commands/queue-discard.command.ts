import { DeadTurns } from '@app/persistence';
import { tellDiscarded } from '@app/transport';
import { DEAD_OPTIONS, deadFilter, DEAD_TURN, mendAll } from '../operating/many-turns.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';

/** Takes turns off for good. */
export const queueDiscardCommand = operatorCommand({
  name: 'queue discard',
  summary: 'Takes a turn off for good, whether it waits, runs or failed; or all dead ones of a tenant',
  parameters: [TENANT, DEAD_TURN],
  options: DEAD_OPTIONS,
  async work(given, desk) {
    const dead = new DeadTurns(desk.database);
    const { id: tenantId } = await desk.tenant(given.parameters['tenant']);
    const turnId = deadFilter(given);
    if (typeof turnId !== 'string') {
      const act = { action: 'turns.discard', tenantId };
      return mendAll('taken off', turnId, (filter) => desk.act(act, () => dead.discardAll(tenantId, filter)));
    }
    const ears = await desk.ears();
    const act = { action: 'turn.discard', tenantId, objectId: turnId };
    const { state, ...turn } = await desk.act(act, () => dead.discard(tenantId, turnId));
    // Without Redis whoever waits for it by REST looks within two seconds.
    if (state !== 'failed' && ears) await tellDiscarded(ears.rooms, { tenantId, turnId, ...turn });
    return { data: { ended: true }, lines: [`It is taken off; it was ${state}.`] };
  },
});
