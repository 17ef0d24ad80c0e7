import { isUuid, type Uuid } from '@app/contracts';
import type { Given } from '../command.js';
import { UsageError } from '../usage-error.js';

/** The parameter that names a turn. */
export const TURN = { name: 'turn', what: 'Id of the turn, as "queue list" tells it' };

/** @throws UsageError for what is no id */
export function idOf(parameters: Given['parameters'], name: string): Uuid {
  const given = parameters[name];
  if (!isUuid(given)) throw new UsageError(`"${given}" is no id of a ${name}`);
  return given.toLowerCase();
}
