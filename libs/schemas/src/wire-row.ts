import type { Cells } from '@dualwrite/events';
import { fromWire } from './canonical';
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
    cells[name] = column === undefined ? null : fromWire(column, schema.side, row[wireName(column)]);
  }
  return cells;
}
