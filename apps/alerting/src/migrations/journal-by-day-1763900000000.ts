import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The journal in partitions by day, so that old days go as a whole; what rules count; errors in groups. A partition is
 * chosen by the time at which Kafka took the entry in: that only goes forward, whatever the services' clocks say.
 */
export class JournalByDay1763900000000 implements MigrationInterface {
  name = 'JournalByDay1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE journal RENAME TO journal_whole`);
    await runner.query(`CREATE SEQUENCE journal_seq`);
    await runner.query(`
      CREATE TABLE journal (
        seq bigint NOT NULL DEFAULT nextval('journal_seq'),
        logged_at timestamptz NOT NULL,
        id text NOT NULL,
        at timestamptz NOT NULL,
        service text NOT NULL,
        event text NOT NULL,
        severity text NOT NULL,
        map text,
        map_version integer,
        company text,
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
        bytes text,
        fingerprint text
      ) PARTITION BY RANGE (logged_at)`);
    await this.copy(runner);
    await runner.query(`DROP TABLE journal_whole`);
    await this.index(runner);
    await runner.query(`
      CREATE TABLE tally (
        bucket timestamptz NOT NULL,
        map text NOT NULL,
        company text NOT NULL,
        service text NOT NULL,
        side text NOT NULL,
        event text NOT NULL,
        severity text NOT NULL,
        code text NOT NULL,
        entry_count bigint NOT NULL,
        PRIMARY KEY (bucket, map, company, service, side, event, severity, code)
      ) PARTITION BY RANGE (bucket)`);
    await runner.query(`
      CREATE TABLE error_group (
        fingerprint text PRIMARY KEY,
        map text,
        company text,
        service text NOT NULL,
        side text,
        table_name text,
        event text NOT NULL,
        severity text NOT NULL,
        code text,
        text text,
        sample_key text,
        entry_count bigint NOT NULL,
        first_at timestamptz NOT NULL,
        last_at timestamptz NOT NULL,
        state text NOT NULL DEFAULT 'open',
        state_at timestamptz,
        state_reason text
      )`);
    await runner.query(`CREATE INDEX error_group_last ON error_group (last_at DESC)`);
  }

  private async copy(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DO $$
      DECLARE day date;
      BEGIN
        FOR day IN SELECT DISTINCT (at AT TIME ZONE 'UTC')::date FROM journal_whole LOOP
          EXECUTE format('CREATE TABLE %I PARTITION OF journal FOR VALUES FROM (%L) TO (%L)',
            'journal_' || to_char(day, 'YYYYMMDD'), day || 'T00:00:00Z', (day + 1) || 'T00:00:00Z');
        END LOOP;
      END $$`);
    const columns = `id, at, service, event, severity, map, map_version, pair_id, side, table_name, native_id, row_id,
      key, key_tail, intent, code, text, fields, trace_id, bytes`;
    await runner.query(
      `INSERT INTO journal (logged_at, ${columns}) SELECT at, ${columns} FROM journal_whole ORDER BY seq`,
    );
  }

  private async index(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE journal ADD PRIMARY KEY (seq, logged_at)`);
    await runner.query(`ALTER TABLE journal ADD UNIQUE (id, logged_at)`);
    for (const column of ['pair_id', 'native_id', 'trace_id']) {
      await runner.query(`CREATE INDEX journal_${column} ON journal (${column}) WHERE ${column} IS NOT NULL`);
    }
    // Rows are asked for in any case: usmf/us-001.
    for (const column of ['key', 'key_tail', 'native_id', 'row_id']) {
      await runner.query(
        `CREATE INDEX journal_lower_${column} ON journal (lower(${column})) WHERE ${column} IS NOT NULL`,
      );
    }
    await runner.query(`CREATE INDEX journal_at ON journal (at, seq)`);
    await runner.query(`CREATE INDEX journal_map_at ON journal (map, at, seq)`);
    await runner.query(`CREATE INDEX journal_trouble ON journal (at, seq) WHERE severity <> 'info'`);
    await runner.query(
      `CREATE INDEX journal_fingerprint ON journal (fingerprint, at, seq) WHERE fingerprint IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE error_group`);
    await runner.query(`DROP TABLE tally`);
    await runner.query(`ALTER TABLE journal RENAME TO journal_by_day`);
    await runner.query(`
      CREATE TABLE journal (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id text NOT NULL UNIQUE, at timestamptz NOT NULL,
        service text NOT NULL, event text NOT NULL, severity text NOT NULL, map text, map_version integer,
        pair_id text, side text, table_name text, native_id text, row_id text, key text, key_tail text, intent text,
        code text, text text, fields jsonb NOT NULL, trace_id text, bytes text)`);
    const columns = `id, at, service, event, severity, map, map_version, pair_id, side, table_name, native_id, row_id,
      key, key_tail, intent, code, text, fields, trace_id, bytes`;
    await runner.query(
      `INSERT INTO journal (${columns}) SELECT ${columns} FROM journal_by_day ORDER BY seq ON CONFLICT DO NOTHING`,
    );
    await runner.query(`DROP TABLE journal_by_day`);
    await runner.query(`DROP SEQUENCE journal_seq`);
  }
}
