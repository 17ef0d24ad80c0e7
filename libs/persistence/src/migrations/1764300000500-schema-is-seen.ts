import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Processes may see which migrations ran, so that none serves before its own. */
export class SchemaIsSeen1764300000500 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query('grant select on schema_migrations to eliza_app');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('revoke select on schema_migrations from eliza_app');
  }
}
