import type { Cells } from '@dualwrite/events';
import { fromWire, UnreadableValue } from './canonical';
import { isPolymorphic, polymorphicCell } from './lookup-cell';
import type { Column, TableSchema } from './table-schema';

/** Name of a column's member in a side's JSON when read: a Dataverse lookup shows as `_x_value`. */
export function wireName(column: Column): string {
  return column.type === 'lookup' ? `_${column.name}_value` : column.name;
}

/**
 * Canonical cells of one row of a side's JSON, for these columns; what the row leaves out is null.
 *
 * @throws {UnreadableValue} a member is not of its column's type
 */
export function cellsFromWire(
  schema: TableSchema,
  columns: readonly string[],
  row: Readonly<Record<string, unknown>>,
): Cells {
  const cells: Record<string, Cells[string]> = {};
  for (const name of columns) {
    const column = schema.columns.get(name);
    cells[name] = column === undefined ? null : cellFromWire(schema, column, row);
  }
  return cells;
}

/** Annotation that names the table of the row that a lookup points at; there only if it was asked for. */
export const LOOKUP_TABLE_ANNOTATION = 'Microsoft.Dynamics.CRM.lookuplogicalname';

function cellFromWire(
  schema: TableSchema,
  column: Column,
  row: Readonly<Record<string, unknown>>,
): Cells[string] {
  const member = wireName(column);
  const cell = fromWire(column, schema.side, row[member]);
  if (cell === null || !isPolymorphic(column)) return cell;
  const table = row[`${member}@${LOOKUP_TABLE_ANNOTATION}`];
  if (typeof table !== 'string' || table === '')
    throw new UnreadableValue(`${schema.table}.${column.name} came without the table that it points at`);
  return polymorphicCell({ table, id: String(cell) });
}
