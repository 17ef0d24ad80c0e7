import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The replies to a message are found by it: whoever waits for an answer looks for them, also in a busy channel. */
export class RepliesByQuestion1764100000010 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(
      'create index messages_by_question on messages (tenant_id, in_reply_to) where in_reply_to is not null',
    );
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('drop index messages_by_question');
  }
}
