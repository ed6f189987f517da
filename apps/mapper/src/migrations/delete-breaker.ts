import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How much maps have deleted of late, and whose deletes are held. */
export class DeleteBreaker1763981000000 implements MigrationInterface {
  readonly name = 'DeleteBreaker1763981000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table delete_breaker (
      map text primary key,
      held_at timestamptz,
      reason text)`);
    await runner.query(`create table delete_tally (
      map text not null,
      at timestamptz not null,
      count integer not null,
      primary key (map, at))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['delete_tally', 'delete_breaker']) await runner.query(`drop table ${table}`);
  }
}
