import { DeadTurnsDto, isUuid, type Uuid } from '@app/contracts';
import type { DeadFilter, Mended } from '@app/persistence';
import type { Given, Option } from '../command.js';
import { UsageError } from '../usage-error.js';
import { checked } from './checked.js';
import type { Told } from './operator-command.js';

const PORTION = 500;

/** The word that stands for all dead turns of a tenant. */
const ALL = 'all';

/** The parameter that names one turn or all dead ones. */
export const DEAD_TURN = { name: 'turn', what: 'Id of the turn, as "queue list" tells it; or "all", the dead ones' };

/** Which of all dead turns are meant. */
export const DEAD_OPTIONS = {
  kind: { type: 'string', value: 'KIND', what: 'With all: only those that failed like this: world, timeout, quota, …' },
  until: { type: 'string', value: 'TIME', what: 'With all: only those of messages before, as ISO 8601' },
} satisfies Record<string, Option>;

/**
 * The one turn that is meant, or which of the dead ones. All of them are those there are now: one that dies again
 * meanwhile is left.
 *
 * @throws UsageError
 */
export function deadFilter({ parameters, options }: Given): Uuid | DeadFilter {
  const given = parameters['turn']!;
  if (given !== ALL) {
    if (options['kind'] !== undefined || options['until'] !== undefined) {
      throw new UsageError('--kind and --until narrow "all", not one turn');
    }
    if (!isUuid(given)) throw new UsageError(`"${String(given)}" is neither the id of a turn nor "all"`);
    return given.toLowerCase();
  }
  const { errorKind, until = new Date() } = checked(DeadTurnsDto, {
    errorKind: options['kind'],
    until: options['until'],
  });
  return { errorKind, until, limit: PORTION };
}

/** Goes on portion by portion, until all were looked at. */
export async function mendAll(
  what: string,
  filter: DeadFilter,
  portion: (filter: DeadFilter) => Promise<Mended>,
): Promise<Told> {
  let done = 0;
  const left: Record<string, number> = {};
  for (let after: DeadFilter['after']; ;) {
    const mended = await portion({ ...filter, after });
    done += mended.done;
    for (const [reason, count] of Object.entries(mended.left)) left[reason] = (left[reason] ?? 0) + count;
    after = mended.last;
    if (!after) break;
  }
  const others = Object.entries(left).map(([reason, count]) => `${count} were not: ${reason}`);
  return { data: { done, left }, lines: [`${done} turns were ${what}.`, ...others] };
}
