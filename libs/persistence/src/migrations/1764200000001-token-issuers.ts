import type { MigrationInterface, QueryRunner } from 'typeorm';
import { fence } from './1764000000001-tenant-fence.js';

/** Whose tokens a tenant takes from its end users, and how they are checked. */
export class TokenIssuers1764200000001 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(TABLE);
    await db.query(fence('token_issuers'));
    await db.query('grant select, insert, update, delete on token_issuers to eliza_app');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop table token_issuers');
  }
}

const TABLE = `
create table token_issuers (
  tenant_id uuid not null references tenants (id) on delete cascade,
  id uuid not null,
  -- What the claim iss must be. Two tenants may take tokens of one issuer, each for its own audience.
  issuer text not null check (issuer <> ''),
  audience text not null check (audience <> ''),
  algorithms text[] not null check (cardinality(algorithms) > 0),
  -- Either the secret that both sides know, sealed, or where the issuer's public keys are. Never both.
  key_id text,
  ciphertext bytea,
  jwks_url text,
  entity_claim text,
  scopes_claim text not null,
  default_scopes text[] not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (tenant_id, id),
  unique (tenant_id, issuer),
  check ((ciphertext is null) <> (jwks_url is null)),
  check ((ciphertext is null) = (key_id is null)),
  check (ciphertext is null or algorithms <@ array['HS256', 'HS384', 'HS512']),
  check (jwks_url is null or not algorithms && array['HS256', 'HS384', 'HS512'])
);
create trigger token_issuers_generation after insert or update or delete on token_issuers
  for each row execute function raise_tenant_generation();
`;
