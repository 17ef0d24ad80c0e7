import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Settings of a tenant as a whole, sealed: what ElizaOS keeps in its process's environment and `.env`. */
export class TenantSettings1764100000040 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(TABLE);
    await db.query(fence('tenant_settings'));
    await db.query('grant select, insert, update, delete on tenant_settings to eliza_app');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Settings are not thrown away: drop the database instead'));
  }
}

const TABLE = `
create table tenant_settings (
  tenant_id uuid not null references tenants (id) on delete cascade,
  name text not null,
  key_id text not null,
  ciphertext bytea not null,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, name)
)`;
