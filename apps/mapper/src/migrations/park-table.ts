import type { PairState } from '@dualwrite/planner';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { parkFactsOf } from '../parks/park-facts';

const PAGE = 1_000;

/** What is parked, to be grouped and worked on; and the work itself: retries and replays with their progress. */
export class ParkTable1763970000000 implements MigrationInterface {
  readonly name = 'ParkTable1763970000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table park (
      pair_id uuid not null,
      fingerprint text not null,
      map text not null,
      reason text not null,
      code text not null,
      direction text not null,
      field text,
      text text,
      times integer not null default 1,
      first_at timestamptz not null default now(),
      last_at timestamptz not null default now(),
      retry_at timestamptz,
      ended_at timestamptz,
      primary key (pair_id, fingerprint))`);
    await runner.query(`create index park_group on park (map, fingerprint) where ended_at is null`);
    await runner.query(`create index park_retry on park (map, retry_at) where retry_at is not null`);
    await runner.query(`create table operation (
      id uuid primary key,
      kind text not null,
      map text not null,
      state text not null,
      asked jsonb not null,
      rate_per_second integer not null,
      total integer not null default 0,
      done integer not null default 0,
      outcomes jsonb not null default '{}',
      progress jsonb not null default '{}',
      text text,
      created_at timestamptz not null default now(),
      started_at timestamptz,
      ended_at timestamptz)`);
    await runner.query(`create index operation_state on operation (state)`);
    await runner.query(`create table operation_item (
      operation_id uuid not null references operation (id) on delete cascade,
      n integer not null,
      pair_id uuid not null,
      outcome text,
      primary key (operation_id, n))`);
    await fillParks(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['operation_item', 'operation', 'park']) await runner.query(`drop table ${table}`);
  }
}

/** What was parked before. */
async function fillParks(runner: QueryRunner): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = (await runner.query(
      `select pair_id as "pairId", map, updated_at as at, coalesce(state::json->'x'->'parks', '[]') as parks
       from pair where verdict = 'parked' and pair_id > $1 order by pair_id limit $2`,
      [after, PAGE],
    )) as { pairId: string; map: string; at: Date; parks: PairState['parks'] }[];
    for (const { pairId, map, at, parks } of rows) {
      for (const facts of parkFactsOf(map, { parks })) {
        await runner.query(
          `insert into park (pair_id, fingerprint, map, reason, code, direction, field, text, first_at, last_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)`,
          [
            ...[pairId, facts.fingerprint, map, facts.reason, facts.code, facts.direction, facts.field],
            ...[facts.text, at],
          ],
        );
      }
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.pairId;
  }
}
