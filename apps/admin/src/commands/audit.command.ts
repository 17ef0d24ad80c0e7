import { OperatorAuditQuery } from '@app/contracts';
import { AuditSearch, type FoundAuditEntry } from '@app/persistence';
import { checked } from '../operating/checked.js';
import { operatorCommand } from '../operating/operator-command.js';
import { table } from '../operating/table.js';

const USUAL_LIMIT = 100;

/** Who did what. */
export const auditCommand = operatorCommand({
  name: 'audit',
  summary: 'Tells who did what, newest first: of all tenants and operators, or of one tenant',
  options: {
    tenant: { type: 'string', value: 'TENANT', what: 'Only its log: its id or slug, or "default"' },
    action: { type: 'string', value: 'ACTION', what: 'Only one action, such as key.create or access.refused' },
    actor: { type: 'string', value: 'ACTOR', what: 'Only what one principal did' },
    object: { type: 'string', value: 'ID', what: 'Only what was done to this' },
    since: { type: 'string', value: 'TIME', what: 'The earliest time, as ISO 8601' },
    until: { type: 'string', value: 'TIME', what: 'The time before which' },
    limit: { type: 'string', value: 'N', what: 'So many at most, 1000 or less; 100 when left out' },
  },
  async work({ options }, desk) {
    const { tenant, action, actor, object, since, until, limit } = options;
    const query = checked(OperatorAuditQuery, { action, actor, objectId: object, since, until, limit });
    const tenantId = tenant === undefined ? undefined : (await desk.tenant(tenant)).id;
    const found = await new AuditSearch(desk.database).page({ ...query, limit: query.limit ?? USUAL_LIMIT }, tenantId);
    const entries = found.map(({ place: _, ...entry }) => entry);
    const lines = table<Omit<FoundAuditEntry, 'place'>>(
      [
        ['TIME', ({ at }) => at],
        ['TENANT', (entry) => entry.tenantId],
        ['ACTOR', (entry) => entry.actor],
        ['FROM', ({ address }) => address],
        ['ACTION', (entry) => entry.action],
        ['OBJECT', ({ objectId }) => objectId],
        ['OUTCOME', ({ outcome }) => outcome],
      ],
      entries,
    );
    return { data: { entries }, lines };
  },
});
