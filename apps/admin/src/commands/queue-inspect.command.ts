import { DeadTurns } from '@app/persistence';
import { idOf, TURN } from '../operating/ids.js';
import { operatorCommand, TENANT } from '../operating/operator-command.js';
import { facts } from '../operating/table.js';

/** The life of a turn. */
export const queueInspectCommand = operatorCommand({
  name: 'queue inspect',
  summary: 'Tells the life of a turn by ids, states and times; nothing that anybody said',
  parameters: [TENANT, TURN],
  async work({ parameters }, desk) {
    const turnId = idOf(parameters, 'turn');
    const { id } = await desk.tenant(parameters['tenant']);
    const turn = await new DeadTurns(desk.database).get(id, turnId);
    const lines = facts([
      ['Turn', turn.id],
      ['State', turn.state],
      ['Agent', turn.agentId],
      ['Channel', turn.channelId],
      ['Message', `${turn.messageId}, ${turn.seq} in its channel`],
      ['Goes next', turn.head],
      [
        'Attempts',
        `${turn.attempt}${turn.attemptsBefore > 0 ? `, ${turn.attemptsBefore} before it was tried anew` : ''}`,
      ],
      ['Error', turn.errorKind],
      ['Worker', turn.worker],
      ['Asked', turn.createdAt],
      ['May run from', turn.availableAt],
      ['Released', turn.releasedAt],
      ['Started', turn.startedAt],
      ['Lease until', turn.leaseUntil],
      ['Over', turn.finishedAt],
      ['Tokens', `${turn.inputTokens ?? 0} in, ${turn.outputTokens ?? 0} out`],
      ['Side effects', turn.effects],
      ['Replies', turn.replyIds.join(', ')],
      ...turn.steps.map(({ type, at }): [string, string] => ['Step', `${at.toISOString()} ${type}`]),
    ]);
    return { data: turn, lines };
  },
});
