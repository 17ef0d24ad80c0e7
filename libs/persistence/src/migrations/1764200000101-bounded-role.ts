import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The serving role has the bounds of a serving process by itself: behind a pooler nobody can ask for them when a
 * connection is made. Where the role is not ours to change, whoever made it sets them.
 */
export class BoundedRole1764200000101 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(BOUNDS);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('alter role eliza_app reset all');
  }
}

/** The role belongs to the whole Postgres cluster: the migration of another database may be changing it just now. */
const BOUNDS = `
do $$ begin
  alter role eliza_app set statement_timeout = '15s';
  alter role eliza_app set lock_timeout = '3s';
  alter role eliza_app set idle_in_transaction_session_timeout = '5s';
exception when insufficient_privilege or internal_error then null;
end $$;
`;
