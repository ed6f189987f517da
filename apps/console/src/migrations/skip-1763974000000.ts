import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where the past ends of a start that skipped the initial sync; null: it did not. */
export class Skip1763974000000 implements MigrationInterface {
  name = 'Skip1763974000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map ADD COLUMN skip jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map DROP COLUMN skip`);
  }
}
