import type { Cell, Side } from '@dualwrite/events';
import { toWire } from './canonical';
import type { Column } from './table-schema';

/** An OData literal for `$filter` and for keys; not percent-encoded. */
export function filterLiteral(side: Side, column: Column, cell: Cell): string {
  const wire = toWire(column, side, cell);
  if (wire === null) return 'null';
  switch (column.type) {
    case 'string':
    case 'binary':
      return quoted(String(wire));
    case 'enum':
      // F&O takes a qualified name only; plain strings and integers fail there.
      return `${column.enumType ?? ''}${quoted(String(wire))}`;
    default:
      return String(wire);
  }
}

function quoted(text: string): string {
  return `'${text.replace(/'/g, "''")}'`;
}
