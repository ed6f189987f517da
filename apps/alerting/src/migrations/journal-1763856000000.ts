import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The journal as a table that answers: what happened to this row, what went wrong, how often. */
export class Journal1763856000000 implements MigrationInterface {
  name = 'Journal1763856000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE journal (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text NOT NULL UNIQUE,
        at timestamptz NOT NULL,
        service text NOT NULL,
        event text NOT NULL,
        severity text NOT NULL,
        map text,
        map_version integer,
        pair_id text,
        side text,
        table_name text,
        native_id text,
        row_id text,
        key text,
        key_tail text,
        intent text,
        code text,
        text text,
        fields jsonb NOT NULL,
        trace_id text,
        bytes text
      )`);
    for (const column of ['pair_id', 'native_id', 'trace_id']) {
      await runner.query(`CREATE INDEX journal_${column} ON journal (${column}) WHERE ${column} IS NOT NULL`);
    }
    // Rows are asked for in any case: usmf/us-001.
    for (const column of ['key', 'key_tail', 'native_id', 'row_id']) {
      await runner.query(
        `CREATE INDEX journal_lower_${column} ON journal (lower(${column})) WHERE ${column} IS NOT NULL`,
      );
    }
    await runner.query(`CREATE INDEX journal_map_at ON journal (map, at)`);
    await runner.query(`CREATE INDEX journal_at ON journal (at)`);
    await runner.query(`CREATE INDEX journal_errors ON journal (seq DESC) WHERE severity = 'error'`);
    await runner.query(`CREATE INDEX journal_map_errors ON journal (map, seq DESC) WHERE severity = 'error'`);
    await runner.query(`
      CREATE TABLE journal_count (
        map text NOT NULL,
        event text NOT NULL,
        severity text NOT NULL,
        entry_count bigint NOT NULL,
        PRIMARY KEY (map, event, severity)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE journal_count`);
    await runner.query(`DROP TABLE journal`);
  }
}
