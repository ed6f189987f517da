import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Maps with their versions, and who did what to them. */
export class Maps1763856000000 implements MigrationInterface {
  name = 'Maps1763856000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE map (
        name text PRIMARY KEY,
        version integer NOT NULL,
        definition jsonb NOT NULL,
        digest text NOT NULL,
        desired text NOT NULL CHECK (desired IN ('draft', 'stopped', 'paused', 'running')),
        run_epoch integer NOT NULL,
        baseline integer NOT NULL,
        start_epoch integer NOT NULL,
        changed_at timestamptz NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE map_version (
        name text NOT NULL REFERENCES map (name),
        version integer NOT NULL,
        definition jsonb NOT NULL,
        created_at timestamptz NOT NULL,
        created_by text NOT NULL,
        PRIMARY KEY (name, version)
      )`);
    await runner.query(`
      CREATE TABLE audit (
        seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        at timestamptz NOT NULL,
        actor text NOT NULL,
        act text NOT NULL,
        map text NOT NULL,
        detail jsonb NOT NULL
      )`);
    await runner.query(`CREATE INDEX audit_map ON audit (map, seq)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit`);
    await runner.query(`DROP TABLE map_version`);
    await runner.query(`DROP TABLE map`);
  }
}
