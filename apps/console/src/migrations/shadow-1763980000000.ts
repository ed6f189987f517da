import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Maps may be in shadow, with the time that others have to do what we would have done. */
export class Shadow1763980000000 implements MigrationInterface {
  name = 'Shadow1763980000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE map ADD COLUMN shadow jsonb`);
    await runner.query(`ALTER TABLE map DROP CONSTRAINT map_desired_check`);
    await runner.query(
      `ALTER TABLE map ADD CONSTRAINT map_desired_check
       CHECK (desired IN ('draft', 'stopped', 'paused', 'running', 'shadow'))`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE map SET desired = 'stopped' WHERE desired = 'shadow'`);
    await runner.query(`ALTER TABLE map DROP CONSTRAINT map_desired_check`);
    await runner.query(
      `ALTER TABLE map ADD CONSTRAINT map_desired_check
       CHECK (desired IN ('draft', 'stopped', 'paused', 'running'))`,
    );
    await runner.query(`ALTER TABLE map DROP COLUMN shadow`);
  }
}
