import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Why a map is in its state and by whom, and what a resume did with the changes that had come meanwhile. */
export class Operations1763970000000 implements MigrationInterface {
  name = 'Operations1763970000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE map
        ADD COLUMN backlog jsonb,
        ADD COLUMN acted_by text,
        ADD COLUMN reason text`);
    await runner.query(`
      CREATE TABLE discard_offer (
        map text PRIMARY KEY,
        run_epoch integer NOT NULL,
        count integer NOT NULL,
        ends jsonb NOT NULL,
        at timestamptz NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE discard_offer`);
    await runner.query(`ALTER TABLE map DROP COLUMN reason, DROP COLUMN acted_by, DROP COLUMN backlog`);
  }
}
