import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Marks pairs whose row is there and whose key cannot be told yet: each may be the partner that another one misses. */
export class KeyWanted1763900000000 implements MigrationInterface {
  readonly name = 'KeyWanted1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table pair add column key_wanted boolean not null default false');
    await runner.query('create index pair_key_wanted on pair (map) where key_wanted');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table pair drop column key_wanted');
  }
}
