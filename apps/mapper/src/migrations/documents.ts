import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Edits of several rows that callers wait for together, and what left for them. */
export class Documents1763983000000 implements MigrationInterface {
  readonly name = 'Documents1763983000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table document (
        id uuid primary key,
        side text not null,
        parts json not null,
        traceparent text not null,
        sent json,
        outcome text,
        decided_by text,
        part integer,
        code text,
        text text,
        created_at timestamptz not null default now(),
        ended_at timestamptz
      )`);
    await runner.query('create index document_age on document (created_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table document');
  }
}
