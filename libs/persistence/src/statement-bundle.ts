import type { QueryRunner } from 'typeorm';
import { kept, keptName } from './kept-statements';

/** What runs a statement: a transaction, or a bundle that will. */
export interface SqlExecutor {
  query(sql: string, parameters?: unknown[]): Promise<unknown>;
}

/**
 * Statements that change different rows and whose results nobody needs, sent as one: parsed, planned and answered once.
 * They see the data as it is when the bundle runs, not each other's changes.
 */
export class StatementBundle implements SqlExecutor {
  private readonly parts: string[] = [];
  private readonly parameters: unknown[] = [];
  private areAllKept = true;

  /** Takes the statement in; resolves at once, with nothing. */
  query(sql: string, parameters: readonly unknown[] = []): Promise<void> {
    const before = this.parameters.length;
    this.areAllKept &&= keptName(sql) !== undefined;
    this.parts.push(sql.replace(/\$(\d+)/g, (_all, number: string) => `$${before + Number(number)}`));
    this.parameters.push(...parameters);
    return Promise.resolve();
  }

  async run(runner: QueryRunner): Promise<void> {
    if (this.parts.length === 0) return;
    const parts = this.parts.map((part, index) => `s${index} as (${part})`);
    const text = `with ${parts.join(', ')} select`;
    await runner.query(this.areAllKept ? kept(text) : text, this.parameters);
  }
}
