import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much a map may delete before a person is asked; null: as the service says. */
export class DeleteLimits1763981000000 implements MigrationInterface {
  name = 'DeleteLimits1763981000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map ADD COLUMN delete_limit jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map DROP COLUMN delete_limit`);
  }
}
