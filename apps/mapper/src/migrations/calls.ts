import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Edits that callers wait for, and what became of them. */
export class Calls1763972000000 implements MigrationInterface {
  readonly name = 'Calls1763972000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table call (
        id uuid primary key,
        map text not null,
        pair_id uuid not null,
        side text not null,
        row_name text not null,
        cells json not null,
        traceparent text not null,
        taken boolean not null default false,
        outcome text,
        decided_by text,
        code text,
        text text,
        shown json,
        created_at timestamptz not null default now(),
        ended_at timestamptz
      )`);
    await runner.query('create index call_age on call (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table call');
  }
}
