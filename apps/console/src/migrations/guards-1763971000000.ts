import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What pauses maps by itself: maintenance windows, and rules. */
export class Guards1763971000000 implements MigrationInterface {
  name = 'Guards1763971000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE maintenance_window (
        name text PRIMARY KEY,
        -- null: all maps
        maps jsonb,
        cron text NOT NULL,
        timezone text NOT NULL,
        minutes integer NOT NULL CHECK (minutes > 0),
        mode text NOT NULL CHECK (mode IN ('catch-up', 'hold')),
        reason text,
        -- beginning of the occurrence that was acted on, and the maps that it paused
        open_since timestamptz,
        paused jsonb NOT NULL DEFAULT '[]'
      )`);
    await runner.query(`
      CREATE TABLE pause_rule (
        name text PRIMARY KEY,
        maps jsonb,
        parked_count integer NOT NULL CHECK (parked_count > 0),
        within_seconds integer NOT NULL CHECK (within_seconds > 0)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE pause_rule`);
    await runner.query(`DROP TABLE maintenance_window`);
  }
}
