import type { DataverseTable, Navigation } from '../edm/dataverse-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import { boundId } from './bind';
import type { DataverseContext } from './dataverse-context';
import { rowsOf } from './dataverse-context';
import { badPayload, badUrl } from './dataverse-errors';
import { parseBody } from './payload';
import { updateRow } from './row-writes';

const DONE: Answer = { status: 204, headers: { 'OData-Version': '4.0' } };

/** `PUT|DELETE set(id)/<lookup>/$ref` and `POST set(id)/<collection>/$ref`. */
export function changeReference(
  context: DataverseContext,
  unit: Transaction,
  owner: { table: DataverseTable; row: Row },
  name: string,
  request: ODataRequest,
): Answer {
  const { table, row } = owner;
  const navigation = table.navigations.get(name);
  const writer = { caller: request.caller };
  if (navigation) {
    const id =
      request.method === 'DELETE' ? null : boundId(context, table, navigation, bodyUrl(table, request));
    updateRow(context, unit, table, row, new Map([[navigation.column, id]]), writer);
    return DONE;
  }
  const back = backward(context, table, name);
  if (!back) return badUrl(`Resource not found for the segment '${name}'.`);
  const url = request.method === 'DELETE' ? request.query.get('$id') : bodyUrl(back.from, request);
  if (url === undefined) return badUrl('The query option $id is missing.');
  const self = { ...back.navigation, target: back.from.name };
  const member = rowsOf(context, back.from).rows.get(boundId(context, back.from, self, url));
  if (member)
    updateRow(
      context,
      unit,
      back.from,
      member,
      new Map([[back.navigation.column, request.method === 'DELETE' ? null : row.id]]),
      writer,
    );
  return DONE;
}

function backward(
  context: DataverseContext,
  table: DataverseTable,
  name: string,
): { from: DataverseTable; navigation: Navigation } | undefined {
  for (const from of context.catalog.all())
    for (const navigation of from.navigations.values())
      if (navigation.target === table.name && navigation.collectionName === name) return { from, navigation };
  return undefined;
}

function bodyUrl(table: DataverseTable, request: ODataRequest): string {
  const url = parseBody(table, request.body)['@odata.id'];
  return typeof url === 'string' ? url : badPayload(table, "The property '@odata.id' is missing.");
}
