import { userInfo } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_TENANT_ID } from '@app/contracts';
import { TenantErasures, type TenantErasure } from '@app/persistence';
import { CommandError } from '../command-error.js';
import type { Desk } from '../operating/desk.js';
import { operatorCommand, TENANT, type Told } from '../operating/operator-command.js';
import type { Terminal } from '../terminal.js';

/** How often is looked how far an erasure is, in milliseconds. */
const LOOK_MS = 1_000;

/** The end of a tenant. The work is the workers'; this only asks for it, and watches. */
export const tenantsDeleteCommand = operatorCommand({
  name: 'tenants delete',
  summary: 'Erases a tenant with all it has: it is closed at once and never opens again; workers do the rest',
  parameters: [TENANT],
  options: {
    confirm: { type: 'string', value: 'ID', what: 'The id of the tenant, once more: nothing of it comes back' },
    'no-wait': { type: 'boolean', what: 'Do not wait until it is done' },
  },
  async work({ parameters, options }, desk, { terminal, signal }) {
    const { id, name, slug } = await desk.tenant(parameters['tenant']);
    if (id === DEFAULT_TENANT_ID) {
      throw new CommandError('The default tenant belongs to the installation; suspend it instead.');
    }
    if (options['confirm'] !== id) {
      throw new CommandError(`This erases "${name}" (${slug ?? 'no slug'}) for good. If you mean it: --confirm ${id}`);
    }
    const erasures = new TenantErasures(desk.database);
    const erasure = await desk.act({ action: 'tenant.delete', objectId: id }, async () => {
      const asked = await erasures.request(id, `operator:${userInfo().username}`);
      await desk.database.inTenant(id, (scope) => scope.tenant.close());
      return asked;
    });
    await desk.tell(id);
    return told(options['no-wait'] ? erasure : await watch(desk, erasure, { terminal, signal }));
  },
});

async function watch(
  desk: Desk,
  erasure: TenantErasure,
  { terminal, signal }: { terminal: Terminal; signal: AbortSignal },
): Promise<TenantErasure> {
  const erasures = new TenantErasures(desk.database);
  let last = '';
  for (;;) {
    const now = await erasures.find(erasure.id);
    if (!now || now.state === 'done') return now ?? erasure;
    const progress = progressOf(now);
    if (progress !== last) terminal.problem(progress);
    last = progress;
    await delay(LOOK_MS, undefined, { signal });
  }
}

function progressOf({ state, erased, filesLeft }: TenantErasure): string {
  const rows = Object.values(erased).reduce((sum, count) => sum + count, 0);
  if (state === 'waiting' && rows === 0) return 'Waiting for a worker';
  return `${rows} rows erased${filesLeft === null ? '' : `, ${filesLeft} files left`}`;
}

function told(erasure: TenantErasure): Told {
  const { id, state, erased } = erasure;
  const tables = Object.entries(erased).map(([table, rows]) => `${table}: ${rows}`);
  return { data: erasure, lines: [`Erasure ${id}: ${state}`, ...tables] };
}
