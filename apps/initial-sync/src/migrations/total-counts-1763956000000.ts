import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many rows a table has, so that a read can say how long it will take. */
export class TotalCounts1763956000000 implements MigrationInterface {
  name = 'TotalCounts1763956000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE table_read ADD COLUMN total_count bigint');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE table_read DROP COLUMN total_count');
  }
}
