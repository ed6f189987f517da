import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Pairs that are due because very many are at once are told from those that a change of today has made due. */
export class BulkDues1763950000000 implements MigrationInterface {
  readonly name = 'BulkDues1763950000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table due add column is_bulk boolean not null default false');
    await runner.query('drop index due_at');
    await runner.query('create index due_at on due (map, is_bulk, at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index due_at');
    await runner.query('alter table due drop column is_bulk');
    await runner.query('create index due_at on due (map, at)');
  }
}
