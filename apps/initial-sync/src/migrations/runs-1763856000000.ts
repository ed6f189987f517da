import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Baseline runs, the table reads that they need (shared between runs), and the chunks that were read. */
export class Runs1763856000000 implements MigrationInterface {
  name = 'Runs1763856000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE run (
        id uuid PRIMARY KEY,
        map text NOT NULL,
        baseline integer NOT NULL,
        state text NOT NULL CHECK (state IN ('active', 'done', 'cancelled')),
        wanted_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        finished_at timestamptz,
        UNIQUE (map, baseline)
      )`);
    await runner.query(`
      CREATE TABLE table_read (
        id uuid PRIMARY KEY,
        side text NOT NULL,
        table_name text NOT NULL,
        company text NOT NULL,
        column_set text NOT NULL,
        state text NOT NULL CHECK (state IN ('waiting', 'reading', 'covering', 'done')),
        cursor text,
        chunk integer NOT NULL,
        attempt integer NOT NULL,
        failure_count integer NOT NULL,
        epoch integer,
        row_count bigint NOT NULL,
        request_id text,
        asked_at timestamptz,
        not_before timestamptz NOT NULL,
        last_error text,
        started_at timestamptz,
        finished_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(`
      CREATE TABLE run_read (
        run_id uuid NOT NULL REFERENCES run (id),
        read_id uuid NOT NULL REFERENCES table_read (id),
        position integer NOT NULL,
        PRIMARY KEY (run_id, read_id)
      )`);
    await runner.query(`
      CREATE TABLE chunk (
        read_id uuid NOT NULL REFERENCES table_read (id),
        chunk integer NOT NULL,
        attempt integer NOT NULL,
        row_count integer NOT NULL,
        finished_at timestamptz NOT NULL,
        PRIMARY KEY (read_id, chunk, attempt)
      )`);
    await runner.query(`CREATE INDEX run_active ON run (state) WHERE state = 'active'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['chunk', 'run_read', 'table_read', 'run']) await runner.query(`DROP TABLE ${table}`);
  }
}
