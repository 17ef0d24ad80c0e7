import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Documents have words too. */
export class DocumentWords1764300000303 implements MigrationInterface {
  async up(db: QueryRunner): Promise<void> {
    await db.query(TRIGGER);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Triggers are replaced by later migrations, not undone'));
  }
}

const TRIGGER = `
drop trigger derive_media on media;
create trigger derive_media after update of state on media for each row
  when (new.state = 'ready' and old.state <> 'ready' and new.derived_from is null
        and new.type ~ '^(image|audio|video)/|^text/plain$|^application/(pdf|vnd\\.(openxmlformats-officedocument\\.(wordprocessingml\\.document|presentationml\\.presentation)|oasis\\.opendocument\\.text))$')
  execute function derive_media();
`;
