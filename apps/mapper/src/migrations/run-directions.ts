import type { MigrationInterface, QueryRunner } from 'typeorm';

/** To which sides the newest record of a map writes, so that a change of it wakes its pairs. */
export class RunDirections1763982000000 implements MigrationInterface {
  readonly name = 'RunDirections1763982000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table map_run add column directions jsonb not null default '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table map_run drop column directions');
  }
}
