import { DeadTurns } from '@app/persistence';
import { DEAD_OPTIONS, deadFilter, DEAD_TURN, mendAll } from '../operating/many-turns.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';

/** Has dead turns tried anew. */
export const queueRetryCommand = operatorCommand({
  name: 'queue retry',
  summary: 'Has a dead turn, or all of a tenant, tried anew with all attempts; each is answered once',
  parameters: [TENANT, DEAD_TURN],
  options: DEAD_OPTIONS,
  async work(given, desk) {
    const dead = new DeadTurns(desk.database);
    const { id: tenantId } = await desk.tenant(given.parameters['tenant']);
    const turn = deadFilter(given);
    if (typeof turn !== 'string') {
      const act = { action: 'turns.retry', tenantId };
      return mendAll('tried anew', turn, (filter) => desk.act(act, () => dead.retryAll(tenantId, filter)));
    }
    await desk.act({ action: 'turn.retry', tenantId, objectId: turn }, () => dead.retry(tenantId, turn));
    return { data: await dead.get(tenantId, turn), lines: ['It is tried anew; "queue inspect" tells how it goes.'] };
  },
});
