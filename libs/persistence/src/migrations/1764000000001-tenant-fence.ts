import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Row security and grants. The application role sees the rows of the tenant set for its transaction and nothing
 * else; the dispatch role sees every tenant's rows, but only the columns that say what is due when.
 */
export class TenantFence1764000000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    for (const table of ['tenants', ...TENANT_TABLES]) await db.query(fence(table));
    await db.query(GRANTS);
    await db.query(DISPATCH);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('The fence is not taken down: drop the database instead'));
  }
}

const TENANT_TABLES = [
  'tenant_shares',
  'agents',
  'agent_secrets',
  'message_servers',
  'channels',
  'channel_heads',
  'channel_participants',
  'messages',
  'channel_events',
  'turns',
  'turn_effects',
];

/** With no tenant set the comparison is with null: no row is seen, none can be written. */
export function fence(table: string): string {
  const column = table === 'tenants' ? 'id' : 'tenant_id';
  const own = `${column} = nullif(current_setting('app.tenant_id', true), '')::uuid`;
  return `
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    create policy tenant_fence on ${table} using (${own}) with check (${own});
  `;
}

const GRANTS = `
grant usage on schema public to eliza_app, eliza_dispatch;
grant select on tenants to eliza_app;
grant select, insert, update, delete on ${TENANT_TABLES.join(', ')} to eliza_app;
`;

const DISPATCH = `
grant select, insert, update, delete on workers to eliza_dispatch;
grant select (id, status, weight) on tenants to eliza_dispatch;
grant select (tenant_id, share) on tenant_shares to eliza_dispatch;
grant select (tenant_id, channel_id, last_seq) on channel_heads to eliza_dispatch;
grant select (tenant_id, id, channel_id, agent_id, state, head, attempt, release_no, available_at, released_at,
  lease_until, created_at, finished_at) on turns to eliza_dispatch;
create policy dispatch_reads on tenants for select to eliza_dispatch using (true);
create policy dispatch_reads on tenant_shares for select to eliza_dispatch using (true);
create policy dispatch_reads on channel_heads for select to eliza_dispatch using (true);
create policy dispatch_reads on turns for select to eliza_dispatch using (true);
`;
