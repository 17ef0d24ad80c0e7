import { CommandError } from '../command-error.js';
import type { Desk } from './desk.js';
import type { Told } from './operator-command.js';
import { tenantLines } from './tenant-terms.js';

/** @throws CommandError for a tenant that is being deleted */
export async function setStatus(desk: Desk, name: string, status: 'active' | 'suspended'): Promise<Told> {
  const { id, status: before } = await desk.tenant(name);
  if (before === 'deleting') throw new CommandError('This tenant is being deleted: that is not undone.');
  const action = status === 'suspended' ? 'tenant.suspend' : 'tenant.resume';
  await desk.act({ action, tenantId: id }, () =>
    desk.database.inTenant(id, (scope) => scope.tenant.update({ status })),
  );
  await desk.tell(id);
  return tenantLines(await desk.tenant(id));
}
