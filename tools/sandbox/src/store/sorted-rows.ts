import type { Row } from './row';

const byKey = (left: Row, right: Row): number => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0);

/** The rows of a table in the order of their keys: built when first asked for, then kept up to date. */
export class SortedRows {
  private rows: Row[] | undefined;

  constructor(private readonly source: ReadonlyMap<string, Row>) {}

  all(): readonly Row[] {
    return (this.rows ??= [...this.source.values()].sort(byKey));
  }

  /** Index of the first row whose key is greater than `key`. */
  after(key: string): number {
    const rows = this.all();
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle] as Row).key <= key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  put(row: Row, before: Row | undefined): void {
    if (!this.rows) return;
    const index = this.after(row.key);
    if (before) this.rows[index - 1] = row;
    else this.rows.splice(index, 0, row);
  }

  remove(row: Row): void {
    if (!this.rows) return;
    this.rows.splice(this.after(row.key) - 1, 1);
  }

  /** After a bulk load, sorting once is cheaper than inserting each. */
  forget(): void {
    this.rows = undefined;
  }
}
