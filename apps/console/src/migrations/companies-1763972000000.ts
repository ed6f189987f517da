import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Companies that a map serves; null: all. */
export class Companies1763972000000 implements MigrationInterface {
  name = 'Companies1763972000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map ADD COLUMN companies jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map DROP COLUMN companies`);
  }
}
