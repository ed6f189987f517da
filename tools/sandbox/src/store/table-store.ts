import { ChangeLog } from './change-log';
import type { Cells, Row } from './row';
import { SortedRows } from './sorted-rows';
import type { TableShape, UniqueShape } from './table-shape';

/** The rows of one table with their indexes. Only the store's transactions write here. */
export class TableStore {
  readonly rows = new Map<string, Row>();
  /** Keys of deleted rows and when: Dataverse's feed reports them. */
  readonly tombstones = new Map<string, number>();
  readonly sorted = new SortedRows(this.rows);
  readonly changes = new ChangeLog(this.rows, this.tombstones);
  /** Grows with every change of a row, so that what was read from the table can be kept until then. */
  revision = 0;
  private uniques = new Map<string, { shape: UniqueShape; keys: Map<string, string> }>();

  private references: readonly string[] = [];
  private readonly referenceCounts = new Map<string, number>();

  constructor(readonly name: string) {}

  /** Whether any row points to this id. */
  refersTo(id: string): boolean {
    return this.referenceCounts.has(id);
  }

  /** A schema may be replaced while rows are there: indexes are built again. */
  reshape(shape: TableShape): void {
    this.uniques = new Map(shape.uniques.map((unique) => [unique.name, { shape: unique, keys: new Map() }]));
    this.references = shape.references ?? [];
    this.referenceCounts.clear();
    for (const row of this.rows.values()) this.index(row);
  }

  findUnique(name: string, cells: Readonly<Cells>): Row | undefined {
    const index = this.uniques.get(name);
    const key = index && uniqueKey(index.shape, cells);
    const rowKey = key === undefined ? undefined : index?.keys.get(key);
    return rowKey === undefined ? undefined : this.rows.get(rowKey);
  }

  /** A row other than `key` that has the same values in an alternate key. */
  findHolder(cells: Readonly<Cells>, key: string): Row | undefined {
    for (const name of this.uniques.keys()) {
      const holder = this.findUnique(name, cells);
      if (holder && holder.key !== key) return holder;
    }
    return undefined;
  }

  put(row: Row): Row | undefined {
    const before = this.rows.get(row.key);
    if (before) this.unindex(before);
    this.rows.set(row.key, row);
    this.tombstones.delete(row.key);
    this.index(row);
    this.sorted.put(row, before);
    this.changes.append(row);
    this.revision += 1;
    return before;
  }

  remove(key: string, seq: number): Row | undefined {
    const before = this.rows.get(key);
    if (!before) return undefined;
    this.unindex(before);
    this.rows.delete(key);
    this.tombstones.set(key, seq);
    this.sorted.remove(before);
    this.changes.append({ seq, key });
    this.revision += 1;
    return before;
  }

  /** Puts a key back to what it was before a transaction that failed. */
  restore(key: string, before: Row | undefined, tombstone: number | undefined): void {
    const now = this.rows.get(key);
    if (now) {
      this.unindex(now);
      if (!before) {
        this.rows.delete(key);
        this.sorted.remove(now);
      }
    }
    if (before) {
      this.rows.set(key, before);
      this.index(before);
      this.sorted.put(before, now);
    }
    if (tombstone === undefined) this.tombstones.delete(key);
    else this.tombstones.set(key, tombstone);
    // The change log needs nothing: its entries of the unit name numbers that no row has any more.
    this.revision += 1;
  }

  clear(): void {
    this.rows.clear();
    this.tombstones.clear();
    for (const { keys } of this.uniques.values()) keys.clear();
    this.referenceCounts.clear();
    this.revision += 1;
    this.sorted.forget();
    this.changes.forget();
  }

  private index(row: Row): void {
    for (const { shape, keys } of this.uniques.values()) {
      const key = uniqueKey(shape, row.cells);
      if (key !== undefined) keys.set(key, row.key);
    }
    this.countReferences(row, 1);
  }

  private unindex(row: Row): void {
    for (const { shape, keys } of this.uniques.values()) {
      const key = uniqueKey(shape, row.cells);
      if (key !== undefined && keys.get(key) === row.key) keys.delete(key);
    }
    this.countReferences(row, -1);
  }

  private countReferences(row: Row, step: 1 | -1): void {
    for (const column of this.references) {
      const id = row.cells[column];
      if (id === undefined) continue;
      const count = (this.referenceCounts.get(id as string) ?? 0) + step;
      if (count > 0) this.referenceCounts.set(id as string, count);
      else this.referenceCounts.delete(id as string);
    }
  }
}

/** Undefined when a part is empty: such rows are not held to be unique. Text compares as SQL does, without case. */
function uniqueKey(shape: UniqueShape, cells: Readonly<Cells>): string | undefined {
  let key = '';
  for (const column of shape.columns) {
    const cell = cells[column];
    if (cell === undefined) return undefined;
    key += `${String(cell).toLowerCase()}\u0001`;
  }
  return key;
}
