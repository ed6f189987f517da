import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far the rolling verify of each map is, and what it has found. */
export class RollingVerify1763982000000 implements MigrationInterface {
  name = 'RollingVerify1763982000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE rolling_verify (
        map text PRIMARY KEY,
        -- null: as the service says; 0: not at all
        rows_per_minute integer CHECK (rows_per_minute >= 0),
        round integer,
        started_at timestamptz,
        side text,
        cursor text,
        row_count bigint NOT NULL DEFAULT 0,
        last_started_at timestamptz,
        last_ended_at timestamptz,
        last_row_count bigint,
        last_difference_count bigint
      )`);
    await runner.query(`
      CREATE TABLE rolling_difference (
        map text NOT NULL,
        name text NOT NULL,
        difference jsonb NOT NULL,
        aside text,
        fo_id text,
        dataverse_id text,
        round integer NOT NULL,
        first_at timestamptz NOT NULL DEFAULT now(),
        look_at timestamptz NOT NULL,
        -- null: seen once, which may be a change on its way
        confirmed_at timestamptz,
        PRIMARY KEY (map, name)
      )`);
    await runner.query(`CREATE INDEX rolling_difference_fo ON rolling_difference (map, fo_id)`);
    await runner.query(`CREATE INDEX rolling_difference_dataverse ON rolling_difference (map, dataverse_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE rolling_difference`);
    await runner.query(`DROP TABLE rolling_verify`);
  }
}
