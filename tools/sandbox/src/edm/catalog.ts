import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { RowStore } from '../store/row-store';
import type { Table } from './column';

const NOTE = 'schema:';

/**
 * The tables that one side serves: those shipped, then those that a caller has put, which replace and outlive
 * a restart.
 */
export class Catalog<T extends Table, F> {
  private readonly tables = new Map<string, T>();
  private readonly bySet = new Map<string, T>();
  private readonly files = new Map<string, F>();
  private readonly put = new Set<string>();
  /** Grows with every change, so that rendered metadata can be kept until then. */
  revision = 0;

  constructor(
    private readonly store: RowStore,
    private readonly shipped: readonly F[],
    private readonly build: (file: F) => T,
  ) {
    for (const file of shipped) this.take(file);
    for (const file of (store.readNote(`${NOTE}put`) as F[] | undefined) ?? []) {
      this.put.add(this.take(file).name);
    }
  }

  add(files: readonly F[]): string[] {
    // All are built first: a bad one must not leave half of the others served.
    for (const file of files) this.build(file);
    const names = files.map((file) => {
      const { name } = this.take(file);
      this.put.add(name);
      return name;
    });
    this.keepPut();
    return names;
  }

  /** Takes away a table that a caller has put; false when it belongs to what is shipped. */
  remove(name: string): boolean {
    const table = this.tables.get(name);
    if (!table || !this.put.has(name) || this.isShipped(name)) return false;
    this.tables.delete(name);
    this.bySet.delete(table.set);
    this.files.delete(name);
    this.put.delete(name);
    this.keepPut();
    this.revision += 1;
    return true;
  }

  private isShipped(name: string): boolean {
    return this.shipped.some((file) => this.build(file).name === name);
  }

  private keepPut(): void {
    this.store.note(
      `${NOTE}put`,
      [...this.put].map((name) => this.files.get(name)),
    );
  }

  /** Back to what is shipped. */
  reset(): void {
    this.store.note(`${NOTE}put`, []);
    this.tables.clear();
    this.bySet.clear();
    this.files.clear();
    this.put.clear();
    for (const file of this.shipped) this.take(file);
  }

  get(name: string): T | undefined {
    return this.tables.get(name);
  }

  findSet(set: string): T | undefined {
    return this.bySet.get(set);
  }

  /** By entity set or logical name, as the control calls take both. */
  find(name: string): T | undefined {
    return this.bySet.get(name) ?? this.tables.get(name);
  }

  all(): readonly T[] {
    return [...this.tables.values()];
  }

  allFiles(): readonly F[] {
    return [...this.files.values()];
  }

  private take(file: F): T {
    const table = this.build(file);
    const before = this.tables.get(table.name);
    if (before) this.bySet.delete(before.set);
    this.tables.set(table.name, table);
    this.bySet.set(table.set, table);
    this.files.set(table.name, file);
    this.store.shape(table);
    this.revision += 1;
    return table;
  }
}

export function readSchemaFiles<F>(directory: string): F[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(path.join(directory, name), 'utf8')) as F);
}
