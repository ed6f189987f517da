import { cellOfJson, rounded, WrongType } from '../edm/cell-parsing';
import type { DataverseColumn, DataverseTable, Navigation } from '../edm/dataverse-table';
import { compareDecimal, divideDecimal } from '../json/decimal';
import { isObject, parseExact, writeExact, type Json, type JsonObject } from '../json/exact-json';
import type { Cell, Cells } from '../store/row';
import { boundId } from './bind';
import { collectionsOf } from './collections';
import type { DataverseContext } from './dataverse-context';
import { badPayload, refuse } from './dataverse-errors';

/** What a body says of a row, by column; null empties a column. */
export type Changes = Map<DataverseColumn, Cell | null>;

const BIND = '@odata.bind';

export function parseBody(table: DataverseTable, body: string): JsonObject {
  return objectOf(body, (problem) => badPayload(table, problem));
}

/** The body of a call that is about no row. */
export function parseObject(body: string): JsonObject {
  return objectOf(body, (problem) => refuse(400, '0x80048d19', problem));
}

function objectOf(body: string, fail: (problem: string) => never): JsonObject {
  let value: Json;
  try {
    value = parseExact(body);
  } catch (error) {
    return fail(`Invalid JSON. ${(error as Error).message}`);
  }
  return isObject(value) ? value : fail('A JSON object was expected.');
}

/** A related row inside a body, or the list of them. */
export interface Nested {
  readonly name: string;
  readonly value: Json;
  /** The row is there already: the value is the list of its URLs. */
  readonly isBound: boolean;
}

/** @param nested takes what a create makes beside the row itself; without it such parts are refused */
export function readPayload(
  context: DataverseContext,
  table: DataverseTable,
  body: JsonObject,
  nested?: Nested[],
): Changes {
  const changes: Changes = new Map();
  for (const [name, value] of Object.entries(body)) {
    if (name.endsWith(BIND)) {
      if (nested && Array.isArray(value)) {
        nested.push({ name: name.slice(0, -BIND.length), value, isBound: true });
        continue;
      }
      const navigation = navigationOf(context, table, name.slice(0, -BIND.length));
      changes.set(navigation.column, value === null ? null : target(context, table, navigation, value));
      continue;
    }
    if (name.includes('@')) continue;
    const column = table.byProperty.get(name);
    if (column && !column.isLookup) {
      if (!column.isReadOnly) changes.set(column, columnCell(table, column, value));
      continue;
    }
    if (column)
      refuse(
        400,
        '0x80060888',
        'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.',
      );
    const navigation = table.navigations.get(name);
    if (navigation && value === null) changes.set(navigation.column, null);
    else if (navigation || collectionsOf(context, table).has(name)) {
      if (!nested)
        refuse(400, '0x80060888', `Related rows can be created together with a row only: '${name}'.`);
      nested.push({ name, value, isBound: false });
    } else
      badPayload(
        table,
        `The property '${name}' does not exist on type 'Microsoft.Dynamics.CRM.${table.name}'. Make sure to only use property names that are defined by the type or mark the type as open type.`,
      );
  }
  return changes;
}

function navigationOf(context: DataverseContext, table: DataverseTable, name: string): Navigation {
  const exact = table.navigations.get(name);
  if (exact) return exact;
  if (!context.options.get('navigationCaseSensitive'))
    for (const one of table.navigations.values())
      if (one.name.toLowerCase() === name.toLowerCase()) return one;
  return badPayload(
    table,
    `An undeclared property '${name}' which only has property annotations in the payload but no property value was found in the payload. In OData, only declared navigation properties and declared named streams can be represented as properties without values.`,
  );
}

function target(
  context: DataverseContext,
  table: DataverseTable,
  navigation: Navigation,
  value: Json,
): string {
  if (typeof value !== 'string')
    return badPayload(table, `The value of '${navigation.name}${BIND}' is no URL.`);
  return boundId(context, table, navigation, value);
}

export function columnCell(table: DataverseTable, column: DataverseColumn, value: Json): Cell | null {
  if (value === null || value === '') return null;
  let cell: Cell;
  try {
    cell = cellOfJson(column.kind, value);
  } catch (error) {
    if (!(error instanceof WrongType)) throw error;
    return badPayload(
      table,
      `Cannot convert the literal '${literalText(value)}' to the expected type '${column.edmType}'.`,
    );
  }
  checkLength(table, column, cell);
  checkOption(table, column, cell);
  if (column.kind !== 'decimal' && column.kind !== 'double' && column.type !== 'integer') return cell;
  const number = column.kind === 'int32' ? cell : rounded(cell as string, column.precision ?? 10);
  checkRange(table, column, String(number));
  return number;
}

function checkLength(table: DataverseTable, column: DataverseColumn, cell: Cell): void {
  if (
    column.kind !== 'string' ||
    column.maxLength === undefined ||
    (cell as string).length <= column.maxLength
  )
    return;
  refuse(
    400,
    '0x80044331',
    `A validation error occurred.  The length of the '${column.name}' attribute of the '${table.name}' entity exceeded the maximum allowed length of '${column.maxLength}'.`,
  );
}

function checkOption(table: DataverseTable, column: DataverseColumn, cell: Cell): void {
  const { options } = column.file;
  if (column.type === 'boolean' || !options || options.length === 0 || column.kind !== 'int32') return;
  if (options.some(({ value }) => value === cell)) return;
  refuse(
    400,
    '0x8004431a',
    `A validation error occurred.  The value '${cell}' of '${column.name}' on record of type '${table.name}' is outside the valid range. Accepted Values: ${options.map(({ value }) => value).join(',')}`,
  );
}

function checkRange(table: DataverseTable, column: DataverseColumn, plain: string): void {
  const { min, max } = column.file;
  const isBelow = min !== undefined && min !== null && compareDecimal(plain, plainText(min)) < 0;
  const isAbove = max !== undefined && max !== null && compareDecimal(plain, plainText(max)) > 0;
  if (!isBelow && !isAbove) return;
  refuse(
    400,
    '0x80044330',
    `A validation error occurred.  The value of '${column.name}' on record of type '${table.name}' is outside the valid range.`,
  );
}

function plainText(bound: number | string): string {
  return rounded(String(cellOfJson('decimal', typeof bound === 'number' ? bound : Number(bound))), 20);
}

function literalText(value: Json): string {
  return typeof value === 'string' ? value : writeExact(value);
}

/** The cells after the changes; amounts in base currency follow their amounts. */
export function changedCells(
  context: DataverseContext,
  table: DataverseTable,
  before: Readonly<Cells>,
  changes: Changes,
): Cells {
  const cells: Cells = { ...before };
  for (const [{ name }, cell] of changes) {
    if (cell === null) delete cells[name];
    else cells[name] = cell;
  }
  const state = [...changes.keys()].find(({ type }) => type === 'state');
  if (state && !changes.has(table.byName.get('statuscode') as DataverseColumn))
    cells['statuscode'] = Number(cells[state.name] ?? 0) + 1;
  setBaseAmounts(context, table, cells);
  return cells;
}

function setBaseAmounts(context: DataverseContext, table: DataverseTable, cells: Cells): void {
  for (const { name, file, precision } of table.baseAmounts) {
    const amount = cells[file.baseOf ?? ''];
    if (amount === undefined) {
      delete cells[name];
      continue;
    }
    const currency = context.store
      .table('transactioncurrency')
      .rows.get(String(cells['transactioncurrencyid']));
    const rate = currency?.cells['exchangerate'];
    cells[name] = rate === undefined ? amount : divideDecimal(String(amount), String(rate), precision ?? 4);
  }
}
