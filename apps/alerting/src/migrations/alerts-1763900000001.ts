import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people set up, what fired, who was told, and what is on its way to them. */
export class Alerts1763900000001 implements MigrationInterface {
  name = 'Alerts1763900000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE alert_object (
        kind text NOT NULL,
        name text NOT NULL,
        spec jsonb NOT NULL,
        version integer NOT NULL,
        changed_at timestamptz NOT NULL,
        PRIMARY KEY (kind, name)
      )`);
    await runner.query(`
      CREATE TABLE alert (
        id uuid PRIMARY KEY,
        rule text NOT NULL,
        subject jsonb NOT NULL,
        subject_key text NOT NULL,
        severity text NOT NULL,
        phase text NOT NULL,
        since timestamptz NOT NULL,
        fired_at timestamptz,
        resolved_at timestamptz,
        value double precision NOT NULL,
        first_value double precision NOT NULL,
        peak double precision NOT NULL,
        words text NOT NULL
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX alert_live ON alert (rule, subject_key) WHERE resolved_at IS NULL`,
    );
    await runner.query(`CREATE INDEX alert_resolved ON alert (resolved_at) WHERE resolved_at IS NOT NULL`);
    await runner.query(`
      CREATE TABLE alert_notice (
        alert_id uuid NOT NULL REFERENCES alert ON DELETE CASCADE,
        subscription text NOT NULL,
        told text NOT NULL,
        told_at timestamptz NOT NULL,
        PRIMARY KEY (alert_id, subscription)
      )`);
    await runner.query(`
      CREATE TABLE delivery (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        channel text,
        subscription text,
        payload jsonb NOT NULL,
        state text NOT NULL,
        attempts integer NOT NULL DEFAULT 0,
        due_at timestamptz NOT NULL,
        claimed_until timestamptz,
        created_at timestamptz NOT NULL,
        ended_at timestamptz,
        last_answer text
      )`);
    await runner.query(`CREATE INDEX delivery_due ON delivery (due_at) WHERE state = 'queued'`);
    await runner.query(`CREATE INDEX delivery_created ON delivery (created_at DESC)`);
    await runner.query(`
      CREATE TABLE fact_now (
        fact text NOT NULL,
        subject_key text NOT NULL,
        subject jsonb NOT NULL,
        value double precision NOT NULL,
        sampled_at timestamptz NOT NULL,
        sampled_value double precision NOT NULL,
        PRIMARY KEY (fact, subject_key)
      )`);
    await runner.query(`
      CREATE TABLE fact_sample (
        fact text NOT NULL,
        subject_key text NOT NULL,
        at timestamptz NOT NULL,
        subject jsonb NOT NULL,
        value double precision NOT NULL,
        PRIMARY KEY (fact, subject_key, at)
      )`);
    await runner.query(`CREATE INDEX fact_sample_at ON fact_sample (at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['fact_sample', 'fact_now', 'delivery', 'alert_notice', 'alert', 'alert_object']) {
      await runner.query(`DROP TABLE ${table}`);
    }
  }
}
