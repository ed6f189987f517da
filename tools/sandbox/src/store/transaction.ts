import type { Cell, Cells, Row } from './row';
import type { Entry, RowStore } from './row-store';

/** One committed write of one row. */
export interface Write {
  readonly table: string;
  readonly operation: 'create' | 'update' | 'delete';
  readonly before: Row | undefined;
  readonly after: Row | undefined;
  /** The columns that the message named; absent for what the server writes by itself. */
  readonly columns?: readonly string[];
}

/** Something else was committed while a unit waited to be replayed. */
export class UnitConflict extends Error {}

/** Writes take effect at once and are taken back in reverse order when the unit fails. */
export class Transaction {
  readonly writes: Write[] = [];
  private readonly undos: (() => void)[] = [];

  constructor(private readonly store: RowStore) {}

  put(
    table: string,
    row: Omit<Row, 'seq' | 'version'> & { version?: number },
    columns?: readonly string[],
  ): Row {
    const target = this.store.table(table);
    const seq = this.store.nextSeq();
    const after: Row = { ...row, seq, version: row.version ?? seq };
    const tombstone = target.tombstones.get(row.key);
    const before = target.put(after);
    this.undos.push(() => target.restore(row.key, before, tombstone));
    const operation = before ? 'update' : 'create';
    this.writes.push({ table, operation, before, after, ...(columns ? { columns } : {}) });
    return after;
  }

  /**
   * Writes again what an earlier unit wrote and took back, with the versions it gave.
   *
   * @throws {UnitConflict} a row is no longer what that unit saw, or a key is taken
   */
  replay(writes: readonly Write[]): void {
    const now = new Map<Row, Row>();
    for (const { table, before, after, columns } of writes) {
      const target = this.store.table(table);
      const key = (after ?? before)?.key ?? '';
      const expected = before && (now.get(before) ?? before);
      if (target.rows.get(key) !== expected) throw new UnitConflict(`${table} ${key} has changed`);
      if (!after) this.remove(table, key);
      else {
        const holder = target.findHolder(after.cells, key);
        if (holder) throw new UnitConflict(`${table} ${key}: its key is taken by ${holder.key}`);
        now.set(after, this.put(table, after, columns));
      }
    }
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
