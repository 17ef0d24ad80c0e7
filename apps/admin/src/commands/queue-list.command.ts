import { TurnsQuery } from '@app/contracts';
import type { QueuedTurnView } from '@app/persistence';
import { checked } from '../operating/checked.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

const USUAL_LIMIT = 100;

/** A tenant's turns in one state. */
export const queueListCommand = operatorCommand({
  name: 'queue list',
  summary: "Lists a tenant's turns in one state, oldest first; the dead ones when none is named",
  parameters: [TENANT],
  options: {
    state: { type: 'string', value: 'STATE', what: 'waiting, released, running, or failed: dead' },
    kind: { type: 'string', value: 'KIND', what: 'Only those that failed like this: world, timeout, quota, bug, …' },
    until: { type: 'string', value: 'TIME', what: 'Only those of messages before, as ISO 8601' },
    limit: { type: 'string', value: 'N', what: 'So many at most, 1000 or less; 100 when left out' },
  },
  async work({ parameters, options }, desk) {
    const { state: named, kind, until: before, limit: most } = options;
    const query = checked(TurnsQuery, { state: named, errorKind: kind, until: before, limit: most });
    const { state = 'failed', errorKind, until, limit = USUAL_LIMIT } = query;
    const { id } = await desk.tenant(parameters['tenant']);
    const turns = await desk.database.inTenant(id, (scope) => scope.queue.page({ state, errorKind, until, limit }));
    const lines = table<QueuedTurnView>(
      [
        ['TURN', (turn) => turn.id],
        ['AGENT', (turn) => turn.agentId],
        ['CHANNEL', (turn) => turn.channelId],
        ['ASKED', (turn) => turn.createdAt],
        ['ATTEMPT', (turn) => turn.attempt],
        ['ERROR', (turn) => turn.errorKind],
        ['WORKER', (turn) => (turn.state === 'running' ? turn.worker : '')],
      ],
      turns,
    );
    return { data: { turns }, lines };
  },
});
