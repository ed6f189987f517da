import { cellOfText } from '../edm/cell-parsing';
import type { DataverseTable } from '../edm/dataverse-table';
import type { Literal } from '../odata/literal';
import type { KeyPart } from '../odata/path';
import type { Cells, Row } from '../store/row';
import type { DataverseContext } from './dataverse-context';
import { rowsOf } from './dataverse-context';
import { badUrl, notFoundById, notFoundByKey } from './dataverse-errors';

/** Where a keyed URL points, and the row if it is there. */
export type Address =
  | { kind: 'id'; table: DataverseTable; id: string; row: Row | undefined }
  | { kind: 'key'; table: DataverseTable; cells: Cells; row: Row | undefined };

// Values with these do not work in an alternate key's URL, encoded or not.
const UNADDRESSABLE = /[/<>*%&:\\?+]/;
const NO_NAMED_ID = new Set(['systemuser', 'team']);

export function resolveAddress(
  context: DataverseContext,
  table: DataverseTable,
  key: readonly KeyPart[],
): Address {
  const rows = rowsOf(context, table);
  const [first] = key;
  if (first && key.length === 1 && (first.name === undefined || first.name === table.primaryId)) {
    if (first.name !== undefined && NO_NAMED_ID.has(table.name)) return invalidKey(table);
    const id = idOf(first.literal);
    return { kind: 'id', table, id, row: rows.rows.get(id) };
  }
  const cells: Cells = {};
  for (const { name, literal } of key) {
    const column = name === undefined ? undefined : table.byProperty.get(name);
    if (!column) return invalidKey(table);
    if (literal.kind === 'string' && UNADDRESSABLE.test(literal.text))
      badUrl('Bad Request - Error in query syntax.');
    const cell = cellOfText(column.kind, literal.text);
    if (cell === undefined) return invalidKey(table);
    cells[column.name] = cell;
  }
  const unique = table.uniques.find(
    ({ columns }) => columns.length === key.length && columns.every((column) => column in cells),
  );
  if (!unique) return invalidKey(table);
  return { kind: 'key', table, cells, row: rows.findUnique(unique.name, cells) };
}

export function existing(address: Address): Row {
  if (address.row) return address.row;
  return address.kind === 'id' ? notFoundById(address.table, address.id) : notFoundByKey(address.table);
}

function idOf(literal: Literal): string {
  const id =
    literal.kind === 'guid' || literal.kind === 'string' ? cellOfText('guid', literal.text) : undefined;
  if (id === undefined) return badUrl('Bad Request - Error in query syntax.');
  return id as string;
}

function invalidKey(table: DataverseTable): never {
  return badUrl(
    `The key in the request URI is not valid for resource 'Microsoft.Dynamics.CRM.${table.name}'. Ensure that the names and number of key properties match the declared or alternate key properties for the resource 'Microsoft.Dynamics.CRM.${table.name}'.`,
  );
}
