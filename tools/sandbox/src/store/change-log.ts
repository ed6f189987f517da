import type { Row } from './row';

export interface Change {
  readonly seq: number;
  readonly key: string;
}

/** Which rows were touched, in order; a row's older entries are skipped on reading. */
export class ChangeLog {
  private entries: Change[] | undefined;

  constructor(
    private readonly rows: ReadonlyMap<string, Row>,
    private readonly tombstones: ReadonlyMap<string, number>,
  ) {}

  append(change: Change): void {
    if (!this.entries) return;
    this.entries.push(change);
    if (this.entries.length > 2 * (this.rows.size + this.tombstones.size) + 10_000) this.forget();
  }

  forget(): void {
    this.entries = undefined;
  }

  /** Rows written and keys deleted after `since` and up to `until`, each once, in order of their last write. */
  between(since: number, until: number): { written: Row[]; deleted: string[] } {
    const entries = (this.entries ??= this.build());
    const written: Row[] = [];
    const deleted: string[] = [];
    for (let index = firstAfter(entries, since); index < entries.length; index += 1) {
      const { seq, key } = entries[index] as Change;
      if (seq > until) break;
      const row = this.rows.get(key);
      if (row) {
        if (row.seq === seq) written.push(row);
      } else if (this.tombstones.get(key) === seq) deleted.push(key);
    }
    return { written, deleted };
  }

  private build(): Change[] {
    const changes: Change[] = [];
    for (const { seq, key } of this.rows.values()) changes.push({ seq, key });
    for (const [key, seq] of this.tombstones) changes.push({ seq, key });
    return changes.sort((left, right) => left.seq - right.seq);
  }
}

function firstAfter(entries: readonly Change[], seq: number): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Change).seq <= seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
