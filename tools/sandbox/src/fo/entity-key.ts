import { cellOfText } from '../edm/cell-parsing';
import type { FoField, FoTable } from '../edm/fo-table';
import type { Literal } from '../odata/literal';
import type { KeyPart } from '../odata/path';
import type { Cell, Cells } from '../store/row';
import { badRequest } from './fo-errors';

/** Address of a row within its table. Text compares without case. */
export function rowKey(table: FoTable, cells: Readonly<Cells>): string {
  return table.keys.map((field) => keyPart(field, cells[field.name])).join('\u0001');
}

function keyPart(field: FoField, cell: Cell | undefined): string {
  return String(cell ?? field.empty ?? '').toLowerCase();
}

/** The key of a URL; all key fields must be there. */
export function keyOfUrl(table: FoTable, parts: readonly KeyPart[]): string {
  const given = new Map(
    parts.map(({ name, literal }) => [
      name ?? (table.keys.length === 1 ? table.keys[0]?.name : undefined),
      literal,
    ]),
  );
  const cells: Cells = {};
  for (const field of table.keys) {
    const literal = given.get(field.name);
    if (!literal || given.size !== table.keys.length) return invalid(table);
    cells[field.name] = literalCellOf(field, literal) ?? invalid(table);
  }
  return rowKey(table, cells);
}

export function literalCellOf(field: FoField, literal: Literal): Cell | undefined {
  if (field.kind === 'enum') return enumSymbol(field, literal);
  return cellOfText(field.kind, literal.text);
}

/** `Microsoft.Dynamics.DataEntities.NoYes'Yes'`; a plain text is no enum. */
export function enumSymbol(field: FoField, literal: Literal): string | undefined {
  if (literal.kind !== 'enum' || literal.type !== field.enumType) return undefined;
  return field.symbols?.find((symbol) => symbol.toLowerCase() === literal.text.toLowerCase());
}

function invalid(table: FoTable): never {
  return badRequest(
    `The number of keys specified in the URI does not match number of key properties for the resource 'Microsoft.Dynamics.DataEntities.${table.publicEntity}'.`,
  );
}
