import { QueueDirectory, TenantDirectory, type QueueCounts } from '@app/persistence';
import { operatorCommand } from '../operating/operator-command.js';
import { duration, facts, table } from '../operating/table.js';

const MOST_TENANTS = 1_000;

/** How the queue stands. */
export const queueShowCommand = operatorCommand({
  name: 'queue show',
  summary: 'Tells how many turns wait, run and failed, over all and by tenant, and who runs them',
  async work(_, desk) {
    const overview = await new QueueDirectory(desk.database).overview(MOST_TENANTS);
    const queues = (await (await desk.ears())?.gauge.read()) ?? null;
    const { turns, tenants, workers } = overview;
    const slugs = new Map<string, string | null>();
    const directory = new TenantDirectory(desk.database);
    for (let after: string | undefined, page = 1; page > 0;) {
      const listed = await directory.list({ after, limit: 500 });
      for (const { id, slug } of listed) slugs.set(id, slug);
      after = listed.at(-1)?.id;
      page = listed.length < 500 ? 0 : 1;
    }
    type Row = QueueCounts & { tenantId: string };
    const lines = [
      ...facts([
        ['Workers', `${workers.live}, with ${workers.slots} slots`],
        ['Waiting', `${turns.waiting}${turns.waiting > 0 ? `, for ${duration(turns.oldestWaitingMs)}` : ''}`],
        ['Running', turns.released + turns.running],
        ['Dead', turns.failed],
      ]),
      '',
      ...table<Row>(
        [
          ['TENANT', (row) => row.tenantId],
          ['SLUG', (row) => slugs.get(row.tenantId)],
          ['WAITING', (row) => row.waiting],
          ['RELEASED', (row) => row.released],
          ['RUNNING', (row) => row.running],
          ['DEAD', (row) => row.failed],
          ['OLDEST', (row) => duration(row.oldestWaitingMs)],
        ],
        tenants,
        'Nothing is to be done.',
      ),
    ];
    return { data: { ...overview, queues }, lines };
  },
});
