import { randomUUID } from 'node:crypto';
import { JournalFile } from './journal-file';
import type { Cell, Cells, Row } from './row';
import type { TableShape } from './table-shape';
import { TableStore } from './table-store';
import { Transaction } from './transaction';

const COMPACT_FROM_BYTES = 16 << 20;

/** One journal line is an array of these; a line is one transaction. */
export type Entry =
  | ['put', table: string, key: string, id: string, version: number, seq: number, cells: Cells]
  | [
      'patch',
      table: string,
      key: string,
      version: number,
      seq: number,
      changed: { [column: string]: Cell | null },
    ]
  | ['del', table: string, key: string, seq: number]
  | ['clear', table: string, seq: number]
  | ['note', name: string, value: unknown]
  | ['seq', seq: number, recId: number];

/** All rows of one side, kept over restarts. Everything is in memory; the journal is only read at the start. */
export class RowStore {
  private readonly tables = new Map<string, TableStore>();
  /** Small settings that outlive a restart: schemas put by a caller, options, the clock. */
  private readonly notes = new Map<string, unknown>();
  private journal: JournalFile | undefined;
  /** Number of the newest write. */
  seq = 1_000_000;
  private recId = 5_637_190_000;

  /** @param directory null keeps nothing, for tests that need no restart */
  constructor(directory: string | null) {
    if (directory === null) return;
    this.journal = new JournalFile(directory);
    let live = 0;
    this.journal.open((line) => {
      for (const entry of JSON.parse(line) as Entry[]) this.replay(entry);
    });
    for (const table of this.tables.values()) live += table.rows.size;
    // A journal of many edits of few rows is rewritten; a fresh load of many rows is left alone.
    if (this.journal.bytes > COMPACT_FROM_BYTES && this.journal.bytes > live * 4_000) this.compact();
  }

  get isNew(): boolean {
    return this.notes.get('environmentId') === undefined;
  }

  get environmentId(): string {
    const known = this.notes.get('environmentId');
    if (typeof known === 'string') return known;
    const made = randomUUID();
    this.note('environmentId', made);
    return made;
  }

  table(name: string): TableStore {
    let table = this.tables.get(name);
    if (!table) this.tables.set(name, (table = new TableStore(name)));
    return table;
  }

  shape(shape: TableShape): void {
    this.table(shape.name).reshape(shape);
  }

  readNote(name: string): unknown {
    return this.notes.get(name);
  }

  note(name: string, value: unknown): void {
    this.notes.set(name, value);
    this.append([['note', name, value]]);
  }

  nextSeq(): number {
    return (this.seq += 1);
  }

  nextRecId(): string {
    return String((this.recId += 1));
  }

  /**
   * Runs `work` as one unit: when it throws, nothing has happened. Work is synchronous, so units never mix.
   */
  transaction<T>(work: (transaction: Transaction) => T): { result: T; transaction: Transaction } {
    const transaction = new Transaction(this);
    try {
      const result = work(transaction);
      this.append(transaction.entries());
      return { result, transaction };
    } catch (error) {
      transaction.undo();
      throw error;
    }
  }

  clear(name: string): void {
    this.table(name).clear();
    this.append([['clear', name, this.nextSeq()]]);
  }

  clearAll(): void {
    for (const table of this.tables.values()) table.clear();
    this.nextSeq();
    this.compact();
  }

  close(): void {
    this.journal?.close();
    this.journal = undefined;
  }

  private append(entries: readonly Entry[]): void {
    if (entries.length > 0) this.journal?.append(`${JSON.stringify(entries)}\n`);
  }

  private replay(entry: Entry): void {
    switch (entry[0]) {
      case 'put': {
        const [, table, key, id, version, seq, cells] = entry;
        this.load(table, { key, id, version, seq, cells });
        if (Number(id) > this.recId) this.recId = Number(id);
        break;
      }
      case 'patch': {
        const [, table, key, version, seq, changed] = entry;
        const before = this.table(table).rows.get(key);
        if (!before) throw new Error(`the journal changes a row that is not there: ${table} ${key}`);
        this.load(table, { ...before, version, seq, cells: patched(before.cells, changed) });
        break;
      }
      case 'del': {
        const [, name, key, seq] = entry;
        const table = this.table(name);
        table.rows.delete(key);
        table.tombstones.set(key, seq);
        this.seq = Math.max(this.seq, seq);
        break;
      }
      case 'clear':
        this.table(entry[1]).clear();
        this.seq = Math.max(this.seq, entry[2]);
        break;
      case 'note':
        this.notes.set(entry[1], entry[2]);
        break;
      case 'seq':
        this.seq = Math.max(this.seq, entry[1]);
        this.recId = Math.max(this.recId, entry[2]);
        break;
    }
  }

  private load(name: string, row: Row): void {
    const table = this.table(name);
    table.rows.set(row.key, row);
    table.tombstones.delete(row.key);
    if (row.seq > this.seq) this.seq = row.seq;
  }

  private compact(): void {
    this.journal?.rewrite(this.snapshot());
  }

  private *snapshot(): Iterable<string> {
    const head: Entry[] = [['seq', this.seq, this.recId]];
    for (const [name, value] of this.notes) head.push(['note', name, value]);
    yield JSON.stringify(head);
    for (const { name, rows, tombstones } of this.tables.values()) {
      for (const { key, id, version, seq, cells } of rows.values())
        yield JSON.stringify([['put', name, key, id, version, seq, cells]]);
      for (const [key, seq] of tombstones) yield JSON.stringify([['del', name, key, seq]]);
    }
  }
}

function patched(cells: Readonly<Cells>, changed: { [column: string]: Cell | null }): Cells {
  const result: Cells = { ...cells };
  for (const [column, cell] of Object.entries(changed)) {
    if (cell === null) delete result[column];
    else result[column] = cell;
  }
  return result;
}
