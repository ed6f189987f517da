import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of maps in shadow: what they would have written and have not seen yet, what came of it, and how often. */
export class Shadow1763980000000 implements MigrationInterface {
  readonly name = 'Shadow1763980000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table map_run add column is_shadow boolean not null default false');
    await runner.query(`create table shadow_expectation (
      pair_id uuid not null,
      side text not null,
      map text not null,
      kind text not null,
      fields jsonb not null,
      expected_at timestamptz not null,
      is_told boolean not null,
      primary key (pair_id, side))`);
    await runner.query(`create index shadow_expectation_map on shadow_expectation (map)`);
    await runner.query(`create table shadow_finding (
      id bigserial primary key,
      map text not null,
      pair_id uuid not null,
      key text,
      side text not null,
      kind text not null,
      outcome text not null,
      fo_id text,
      dataverse_id text,
      fields jsonb not null,
      expected_at timestamptz not null,
      found_at timestamptz not null)`);
    await runner.query(`create index shadow_finding_map on shadow_finding (map, id)`);
    // One line per source of change, as in the books: replicas never wait for each other's line.
    await runner.query(`create table shadow_tally (
      map text not null,
      slot text not null,
      side text not null,
      outcome text not null,
      count bigint not null,
      primary key (map, slot, side, outcome))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['shadow_tally', 'shadow_finding', 'shadow_expectation'])
      await runner.query(`drop table ${table}`);
    await runner.query('alter table map_run drop column is_shadow');
  }
}
