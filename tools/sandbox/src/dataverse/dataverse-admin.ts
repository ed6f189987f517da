import type { SideAdmin } from '../control/side-admin';
import { cellOfJson, WrongType } from '../edm/cell-parsing';
import type { DataverseColumn, DataverseTable } from '../edm/dataverse-table';
import type { DataverseSchemaFile } from '../edm/schema-file';
import { idOf } from '../http/token-server';
import { writeExact, type JsonObject } from '../json/exact-json';
import { BadQuery, type ODataRequest } from '../odata/exchange';
import type { Cells, Row } from '../store/row';
import type { Transaction, Write } from '../store/transaction';
import { boundId } from './bind';
import { GLOBAL_OPTION_SETS } from './metadata/global-option-sets';
import { resumeKeys } from './metadata/key-building';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { columnCell, changedCells, type Changes } from './payload';
import { projectionOf } from './expand';
import { renderRow } from './render-row';
import { createRow, setOwningParty, startingCells, updateRow } from './row-writes';
import { fillEnvironment, setTrackingDays } from './environment-rows';
import { fillMessages } from './webhooks/message-catalog';

const CHUNK_ROWS = 1000;

/** The control calls on Dataverse. */
export class DataverseAdmin implements SideAdmin {
  constructor(
    private readonly context: DataverseContext,
    private readonly onCommit: (
      writes: readonly Write[],
      by: Pick<ODataRequest, 'caller' | 'method'>,
    ) => void,
    private readonly seed: (admin: SideAdmin) => void,
    private readonly figures: () => Record<string, unknown>,
  ) {}

  /** Rows that every environment has. */
  start(): void {
    if (this.context.store.isNew) this.fill();
    else fillMessages(this.context);
    resumeKeys(this.context);
  }

  putSchema(tables: readonly unknown[]): string[] {
    const names = this.context.catalog.add(tables as DataverseSchemaFile[]);
    fillMessages(this.context);
    return names;
  }

  schema(): readonly unknown[] {
    return this.context.catalog.allFiles();
  }

  rows(name: string): Iterable<string> | undefined {
    const table = this.context.catalog.find(name);
    return table && this.renderAll(table);
  }

  loadRows(name: string, rows: readonly JsonObject[], { asUser }: { asUser: boolean }): number | undefined {
    const table = this.context.catalog.find(name);
    if (!table) return undefined;
    const { store } = this.context;
    if (asUser) {
      for (const row of rows) {
        const { transaction } = store.transaction((unit) =>
          this.writeAsUser(unit, table, row, 'sandbox-user'),
        );
        this.onCommit(transaction.writes, { caller: 'sandbox-user', method: 'POST' });
      }
      return rows.length;
    }
    rowsOf(this.context, table).sorted.forget();
    for (let start = 0; start < rows.length; start += CHUNK_ROWS)
      store.transaction((unit) => {
        for (const row of rows.slice(start, start + CHUNK_ROWS)) this.loadOne(unit, table, row);
      });
    return rows.length;
  }

  deleteRows(name: string): number | undefined {
    const table = this.context.catalog.find(name);
    if (!table) return undefined;
    const rows = rowsOf(this.context, table);
    const keys = [...rows.rows.keys()];
    rows.sorted.forget();
    this.context.store.transaction((unit) => {
      for (const key of keys) unit.remove(table.name, key);
    });
    return keys.length;
  }

  /** A change of a row by somebody else, as a plug-in makes it. */
  edit(name: string, key: string, fields: JsonObject, caller: string): void {
    const table = this.context.catalog.find(name);
    const row = table && rowsOf(this.context, table).rows.get(key);
    if (!table || !row) return;
    const { transaction } = this.context.store.transaction((unit) =>
      updateRow(this.context, unit, table, row, this.changesOf(table, fields), { caller }),
    );
    this.onCommit(transaction.writes, { caller, method: 'PATCH' });
  }

  options(): Record<string, unknown> {
    return this.context.options.all();
  }

  setOptions(values: Record<string, unknown>): string | undefined {
    const problem = this.context.options.set(values);
    const days = values['expireChangeTrackingInDays'];
    if (problem === undefined && typeof days === 'number') setTrackingDays(this.context, days);
    return problem;
  }

  reset(): void {
    this.context.catalog.reset();
    this.context.options.reset();
    this.context.store.clearAll();
    this.context.store.note(GLOBAL_OPTION_SETS, []);
    // Tokens from before would leave out that everything is gone.
    this.context.store.note('trackingFloor', this.context.store.nextSeq());
    this.fill();
  }

  status(): Record<string, unknown> {
    const { environmentId, seq } = this.context.store;
    return { environmentId, version: seq, ...this.figures() };
  }

  private fill(): void {
    const { store } = this.context;
    store.transaction((unit) => fillEnvironment(this.context, unit));
    fillMessages(this.context);
    this.seed(this);
  }

  private *renderAll(table: DataverseTable): Iterable<string> {
    const projection = projectionOf(this.context, table, undefined);
    for (const row of rowsOf(this.context, table).rows.values())
      yield renderRow(this.context, row, projection);
  }

  private loadOne(unit: Transaction, table: DataverseTable, row: JsonObject): void {
    const changes = this.changesOf(table, row);
    const before = this.findExisting(table, changes);
    const primary = table.byName.get(table.primaryId) as DataverseColumn;
    const id =
      before?.id ?? (changes.get(primary) as string | undefined) ?? idOf(`${table.name}:${writeExact(row)}`);
    const start: Readonly<Cells> = before?.cells ?? startingCells(this.context, unit, table, id, 'SYSTEM');
    const cells = changedCells(this.context, table, start, changes);
    setOwningParty(this.context, table, cells);
    unit.put(table.name, { key: id, id, cells: { ...cells, [table.primaryId]: id } });
  }

  private writeAsUser(unit: Transaction, table: DataverseTable, row: JsonObject, caller: string): void {
    const changes = this.changesOf(table, row);
    const before = this.findExisting(table, changes);
    if (before) updateRow(this.context, unit, table, before, changes, { caller });
    else createRow(this.context, unit, table, changes, { caller });
  }

  private findExisting(table: DataverseTable, changes: Changes): Row | undefined {
    const rows = rowsOf(this.context, table);
    const id = changes.get(table.byName.get(table.primaryId) as DataverseColumn);
    if (id) return rows.rows.get(String(id));
    const cells: Cells = {};
    for (const [{ name }, cell] of changes) if (cell !== null) cells[name] = cell;
    for (const { name } of table.uniques) {
      const row = rows.findUnique(name, cells);
      if (row) return row;
    }
    return undefined;
  }

  /** The read form, where lookups are `_x_value`; `x` and `x@odata.bind` are taken too. */
  private changesOf(table: DataverseTable, row: JsonObject): Changes {
    const changes: Changes = new Map();
    for (const [name, value] of Object.entries(row)) {
      const navigation = name.endsWith('@odata.bind')
        ? table.navigations.get(name.slice(0, -'@odata.bind'.length))
        : undefined;
      if (navigation) {
        changes.set(
          navigation.column,
          typeof value === 'string' ? boundId(this.context, table, navigation, value) : null,
        );
        continue;
      }
      if (name.includes('@')) continue;
      const column = table.byProperty.get(name) ?? table.byName.get(name);
      if (!column) throw new BadQuery(`the table ${table.name} has no column ${name}`);
      if (column.isVersion || column.file.baseOf !== undefined) continue;
      changes.set(column, column.isReadOnly ? plainCell(column, value) : columnCell(table, column, value));
    }
    return changes;
  }
}

/** Columns that only the server sets: no check but that of the type. */
function plainCell(column: DataverseColumn, value: JsonObject[string]): Cells[string] | null {
  if (value === null || value === undefined || value === '') return null;
  try {
    return cellOfJson(column.kind, value);
  } catch (error) {
    if (error instanceof WrongType)
      throw new BadQuery(`${column.name}: ${writeExact(value)} is no ${column.kind}`);
    throw error;
  }
}
