import type { SideAdmin } from '../control/side-admin';
import type { FoTable } from '../edm/fo-table';
import type { FoSchemaFile } from '../edm/schema-file';
import type { JsonObject } from '../json/exact-json';
import { BadQuery, type ODataRequest } from '../odata/exchange';
import type { Cells, Row } from '../store/row';
import type { Transaction, Write } from '../store/transaction';
import { rowKey } from './entity-key';
import type { BusinessEvents } from './events/business-events';
import type { FoContext } from './fo-context';
import { fieldCell } from './fo-payload';
import { foProjection, renderFoRow } from './fo-projection';
import { nextVersion } from './fo-write';

const CHUNK_ROWS = 1000;

/** The control calls on F&O. */
export class FoAdmin implements SideAdmin {
  constructor(
    private readonly context: FoContext,
    private readonly onCommit: (
      writes: readonly Write[],
      by: Pick<ODataRequest, 'caller' | 'method'>,
    ) => void,
    private readonly seed: (admin: SideAdmin) => void,
    private readonly parts: {
      readonly businessEvents: BusinessEvents;
      figures(): Record<string, unknown>;
      reset(): void;
    },
  ) {}

  start(): void {
    if (this.context.store.isNew) this.fill();
  }

  putSchema(tables: readonly unknown[]): string[] {
    return this.context.catalog.add(tables as FoSchemaFile[]);
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
    if (!asUser) store.table(table.name).sorted.forget();
    const size = asUser ? 1 : CHUNK_ROWS;
    for (let start = 0; start < rows.length; start += size) {
      const { transaction } = store.transaction((unit) => {
        for (const row of rows.slice(start, start + size)) this.write(unit, table, row);
      });
      if (asUser) this.onCommit(transaction.writes, { caller: 'sandbox-user', method: 'POST' });
    }
    return rows.length;
  }

  deleteRows(name: string): number | undefined {
    const table = this.context.catalog.find(name);
    if (!table) return undefined;
    const count = this.context.store.table(table.name).rows.size;
    this.context.store.clear(table.name);
    return count;
  }

  /** A change of a row by somebody else. */
  edit(name: string, key: string, fields: JsonObject, caller: string): void {
    const table = this.context.catalog.find(name);
    const row = table && this.context.store.table(table.name).rows.get(key);
    if (!table || !row) return;
    const { transaction } = this.context.store.transaction((unit) => this.update(unit, table, row, fields));
    this.onCommit(transaction.writes, { caller, method: 'PATCH' });
  }

  options(): Record<string, unknown> {
    return this.context.options.all();
  }

  setOptions(values: Record<string, unknown>): string | undefined {
    return this.context.options.set(values);
  }

  reset(): void {
    this.context.catalog.reset();
    this.context.options.reset();
    this.context.store.clearAll();
    this.parts.reset();
    this.fill();
  }

  status(): Record<string, unknown> {
    return { environmentId: this.context.store.environmentId, ...this.parts.figures() };
  }

  call(method: string, path: string, body: string): unknown {
    const { businessEvents } = this.parts;
    switch (`${method} ${path}`) {
      case 'PUT business-events':
        return businessEvents.configure(JSON.parse(body) as Parameters<BusinessEvents['configure']>[0]);
      case 'GET business-events':
        return businessEvents.report();
      case 'POST business-events/resend':
        return { sent: businessEvents.resend() };
      default:
        return undefined;
    }
  }

  private fill(): void {
    // Reading it makes it.
    void this.context.store.environmentId;
    this.seed(this);
  }

  private *renderAll(table: FoTable): Iterable<string> {
    const projection = foProjection(table, undefined);
    for (const row of this.context.store.table(table.name).rows.values())
      yield renderFoRow(table, row, projection);
  }

  private write(unit: Transaction, table: FoTable, fields: JsonObject): void {
    const cells = this.cellsOf(table, {}, fields);
    if (table.hasCompany) cells['dataAreaId'] ??= this.context.options.get('defaultCompany').toLowerCase();
    const key = rowKey(table, cells);
    const before = this.context.store.table(table.name).rows.get(key);
    if (before) this.update(unit, table, before, fields);
    else unit.put(table.name, { key, id: this.context.store.nextRecId(), version: 1, cells });
  }

  private update(unit: Transaction, table: FoTable, row: Row, fields: JsonObject): void {
    const cells = this.cellsOf(table, row.cells, fields);
    unit.put(table.name, { key: row.key, id: row.id, version: nextVersion(row), cells });
  }

  private cellsOf(table: FoTable, before: Readonly<Cells>, fields: JsonObject): Cells {
    const cells: Cells = { ...before };
    for (const [name, value] of Object.entries(fields)) {
      if (name.includes('@')) continue;
      const field = table.byName.get(name);
      if (!field) throw new BadQuery(`the entity ${table.name} has no field ${name}`);
      const cell = fieldCell(this.context, field, value);
      if (cell === undefined) delete cells[name];
      else cells[name] = cell;
    }
    return cells;
  }
}
