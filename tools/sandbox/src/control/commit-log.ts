import type { Cell, Row } from '../store/row';
import { difference, type Write } from '../store/transaction';
import type { Clock } from './clock';

/** One committed write of one row, whoever made it. */
export interface LoggedCommit {
  /** Counted over both sides together: which of two commits came first can be told. */
  readonly n: number;
  readonly at: string;
  readonly table: string;
  readonly key: string;
  readonly id: string;
  readonly operation: Write['operation'];
  readonly caller: string;
  /** What the row held before and holds now, per column that changed; null: empty, or no row. */
  readonly changed: { readonly [column: string]: readonly [before: Cell | null, after: Cell | null] };
}

const KEPT_COUNT_MAX = 200_000;

/** The writes committed on one side since the start, newest kept: what a judge of the whole holds rows against. */
export class CommitLog {
  private entries: LoggedCommit[] = [];

  constructor(private readonly clock: Clock) {}

  add(write: Write, caller: string): void {
    const row = (write.after ?? write.before) as Row;
    this.entries.push({
      n: this.clock.nextCommit(),
      at: new Date(this.clock.nowMs()).toISOString(),
      table: write.table,
      key: row.key,
      id: row.id,
      operation: write.operation,
      caller,
      changed: changesOf(write),
    });
    if (this.entries.length > 2 * KEPT_COUNT_MAX) this.entries = this.entries.slice(-KEPT_COUNT_MAX);
  }

  since(n: number): readonly LoggedCommit[] {
    return this.entries.filter((entry) => entry.n > n);
  }

  reset(): void {
    this.entries = [];
  }
}

function changesOf({ before, after }: Write): LoggedCommit['changed'] {
  const was = before?.cells ?? {};
  const now = after?.cells ?? {};
  return Object.fromEntries(
    Object.keys(difference(was, now)).map((column) => [column, [was[column] ?? null, now[column] ?? null]]),
  );
}
