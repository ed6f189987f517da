import { filterLiteral, type Column, type TableSchema } from '@dualwrite/schemas';
import type { Cell } from '@dualwrite/events';

/** `*` inside the literal of an `eq` means "anything": such a value is asked for as a range of one. */
export function equalsFilter(column: Column, value: Cell): string {
  const literal = filterLiteral('fo', column, value);
  if (column.type !== 'string' || !literal.includes('*')) return `${column.name} eq ${literal}`;
  return `(${column.name} ge ${literal} and ${column.name} le ${literal})`;
}

/** The rows with these keys, each a value per key column in the order of the schema. `in` is not supported by F&O. */
export function keysFilter(schema: TableSchema, keys: readonly (readonly Cell[])[]): string {
  const columns = keyColumns(schema);
  return keys
    .map((values) => columns.map((column, i) => equalsFilter(column, values[i] ?? null)).join(' and '))
    .map((one) => (keys.length > 1 ? `(${one})` : one))
    .join(' or ');
}

/**
 * The rows behind `after` in key order, column by column: `a gt x or (a eq x and b gt y) or ...`. Stable while rows
 * come and go, which `$skip` is not.
 */
export function afterKeyFilter(schema: TableSchema, after: readonly Cell[]): string {
  const columns = keyColumns(schema);
  return columns
    .map((column, i) => {
      const same = columns.slice(0, i).map((earlier, j) => equalsFilter(earlier, after[j] ?? null));
      return [...same, `${column.name} gt ${filterLiteral('fo', column, after[i] ?? null)}`].join(' and ');
    })
    .map((one) => (columns.length > 1 ? `(${one})` : one))
    .join(' or ');
}

/** Ranges need `gt`, which enums do not have, and which nobody promises for GUIDs. */
export function hasOrderedKey(schema: TableSchema): boolean {
  return keyColumns(schema).every((column) => column.type !== 'enum' && column.type !== 'guid');
}

function keyColumns(schema: TableSchema): Column[] {
  return schema.key.map((name) => {
    const column = schema.columns.get(name);
    if (column === undefined) throw new Error(`${schema.table} has no key column ${name}`);
    return column;
  });
}
