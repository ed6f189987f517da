import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What each replica tells the others about the side's limits, and what the daily entitlement has counted. */
export class Budgets1700000006000 implements MigrationInterface {
  readonly name = 'Budgets1700000006000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table budget_report (
        instance text primary key,
        asked_count int not null,
        report json not null,
        said_at timestamptz not null
      )`);
    await runner.query(`
      create table entitlement (
        day date not null,
        user_name text not null,
        row_count bigint not null,
        primary key (day, user_name)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table budget_report, entitlement');
  }
}
