import type { Cells } from '@dualwrite/events';
import { toWire, UnreadableValue } from './canonical';
import { isPolymorphic, polymorphicTarget } from './lookup-cell';
import type { Column, TableSchema } from './table-schema';

/**
 * Body of a create or update: each cell under the name and in the form that the side takes. A Dataverse lookup is
 * written by its navigation property (`PrimaryContactId@odata.bind`), whose name is often not the column's.
 *
 * @throws {UnreadableValue} a column that the table does not have, or a lookup whose target table cannot be told
 */
export function wirePatch(schema: TableSchema, patch: Cells): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const [name, cell] of Object.entries(patch)) {
    const column = schema.columns.get(name);
    if (column === undefined) throw new UnreadableValue(`${schema.table} has no column ${name}`);
    if (column.type === 'lookup')
      Object.assign(body, bound(schema, column, cell === null ? null : String(cell)));
    else body[name] = toWire(column, schema.side, cell);
  }
  return body;
}

function bound(schema: TableSchema, column: Column, cell: string | null): Record<string, string | null> {
  const targets = column.targets ?? [];
  // Emptied, a polymorphic lookup is empty by any of its navigation properties; filled, its cell names the table.
  const named = cell !== null && isPolymorphic(column) ? polymorphicTarget(cell) : null;
  const isNamed = cell !== null && targets.length > 1;
  const target = isNamed ? targets.find(({ table }) => table === named?.table) : targets[0];
  if (target === undefined) {
    throw new UnreadableValue(
      `${schema.table}.${column.name} may point at ${targets.map((one) => one.table).join(', ') || 'no table'}${isNamed ? `, not at ${named?.table ?? cell}` : ''}`,
    );
  }
  return {
    [`${target.navigationProperty}@odata.bind`]:
      cell === null ? null : `/${target.entitySet}(${named?.id ?? cell})`,
  };
}
