import type { MigrationInterface, QueryRunner } from 'typeorm';

/** To which sides a map writes; null: both. */
export class Directions1763983000000 implements MigrationInterface {
  name = 'Directions1763983000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map ADD COLUMN directions jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map DROP COLUMN directions`);
  }
}
