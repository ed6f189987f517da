import type { Cell, Cells, Row } from './row';
import type { Entry, RowStore } from './row-store';

/** One committed write of one row. */
export interface Write {
  readonly table: string;
  readonly operation: 'create' | 'update' | 'delete';
  readonly before: Row | undefined;
  readonly after: Row | undefined;
}

/** Writes take effect at once and are taken back in reverse order when the unit fails. */
export class Transaction {
  readonly writes: Write[] = [];
  private readonly undos: (() => void)[] = [];

  constructor(private readonly store: RowStore) {}

  put(table: string, row: Omit<Row, 'seq' | 'version'> & { version?: number }): Row {
    const target = this.store.table(table);
    const seq = this.store.nextSeq();
    const after: Row = { ...row, seq, version: row.version ?? seq };
    const tombstone = target.tombstones.get(row.key);
    const before = target.put(after);
    this.undos.push(() => target.restore(row.key, before, tombstone));
    this.writes.push({ table, operation: before ? 'update' : 'create', before, after });
    return after;
  }

  remove(table: string, key: string): void {
    const target = this.store.table(table);
    const tombstone = target.tombstones.get(key);
    const before = target.remove(key, this.store.nextSeq());
    if (!before) return;
    this.undos.push(() => target.restore(key, before, tombstone));
    this.writes.push({ table, operation: 'delete', before, after: undefined });
  }

  undo(): void {
    for (const undo of this.undos.reverse()) undo();
  }

  entries(): Entry[] {
    return this.writes.map(({ table, before, after }): Entry => {
      if (!after)
        return [
          'del',
          table,
          (before as Row).key,
          this.store.table(table).tombstones.get((before as Row).key) ?? this.store.seq,
        ];
      if (!before) return ['put', table, after.key, after.id, after.version, after.seq, after.cells];
      return ['patch', table, after.key, after.version, after.seq, difference(before.cells, after.cells)];
    });
  }
}

export function difference(
  before: Readonly<Cells>,
  after: Readonly<Cells>,
): { [column: string]: Cell | null } {
  const changed: { [column: string]: Cell | null } = {};
  for (const column in after) if (after[column] !== before[column]) changed[column] = after[column] as Cell;
  for (const column in before) if (after[column] === undefined) changed[column] = null;
  return changed;
}
