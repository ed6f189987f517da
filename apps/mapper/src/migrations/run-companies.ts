import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Companies that the newest record of a map names, so that a change of them wakes only their pairs. */
export class RunCompanies1763971000000 implements MigrationInterface {
  readonly name = 'RunCompanies1763971000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table map_run add column companies jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table map_run drop column companies');
  }
}
