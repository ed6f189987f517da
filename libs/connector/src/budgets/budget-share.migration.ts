import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The share of the limits that a replica has; null: it has left, and its calls still count for a while. */
export class BudgetShare1700000007000 implements MigrationInterface {
  readonly name = 'BudgetShare1700000007000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table budget_report add column share double precision');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table budget_report drop column share');
  }
}
