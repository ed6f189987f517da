import type { DataverseTable } from '../edm/dataverse-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import { parsePath, type Segment } from '../odata/path';
import type { Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import { existing, resolveAddress } from './address';
import { boundId, SERVICE } from './bind';
import { collectionsOf, type Collection } from './collections';
import type { DataverseContext } from './dataverse-context';
import { badPayload, badUrl, refuse } from './dataverse-errors';
import { addPair, removePair } from './pairs';
import { parseBody } from './payload';
import { updateRow } from './row-writes';

const DONE: Answer = { status: 204, headers: { 'OData-Version': '4.0' } };

interface Owner {
  readonly table: DataverseTable;
  readonly row: Row;
}

/**
 * `PUT|DELETE set(id)/<lookup>/$ref`, `POST set(id)/<collection>/$ref`, and for taking a row out of a collection
 * `DELETE set(id)/<collection>(<id>)/$ref` or `DELETE set(id)/<collection>/$ref?$id=<url>`.
 */
export function changeReference(
  context: DataverseContext,
  unit: Transaction,
  owner: Owner,
  { name, key }: Segment,
  request: ODataRequest,
): Answer {
  const { table, row } = owner;
  const isRemoval = request.method === 'DELETE';
  const navigation = table.navigations.get(name);
  request.touched.operation = 'update';
  if (navigation) {
    if (!isRemoval && request.method !== 'PUT') wrongVerb(request);
    const id = isRemoval ? null : boundId(context, table, navigation, bodyUrl(table, request));
    updateRow(context, unit, table, row, new Map([[navigation.column, id]]), { caller: request.caller });
    return DONE;
  }
  const collection = collectionsOf(context, table).get(name);
  if (!collection) return badUrl(`Resource not found for the segment '${name}'.`);
  if (!isRemoval && request.method !== 'POST') wrongVerb(request);
  const url = isRemoval ? request.query.get('$id') : bodyUrl(table, request);
  if (!key && url === undefined) return badUrl('The query option $id is missing.');
  const member = key
    ? existing(resolveAddress(context, collection.table, key))
    : memberOf(context, collection, url ?? '');
  changeMembership(context, unit, { collection, row, member, isRemoval, caller: request.caller });
  return DONE;
}

/** Puts a row into a collection of another, or takes it out. */
export function changeMembership(
  context: DataverseContext,
  unit: Transaction,
  change: { collection: Collection; row: Row; member: Row; isRemoval: boolean; caller: string },
): void {
  const { collection, row, member, isRemoval, caller } = change;
  if (collection.kind === 'back') {
    const { column } = collection.navigation;
    const changes = new Map([[column, isRemoval ? null : row.id]]);
    updateRow(context, unit, collection.table, member, changes, { caller });
    return;
  }
  if (isRemoval) removePair(unit, collection, row.id, member.id);
  else addPair(context, unit, collection, row.id, member.id);
}

function memberOf(context: DataverseContext, { table }: Collection, url: string): Row {
  const [segment] = parsePath(url.replace(SERVICE, ''));
  if (!segment?.key || segment.name !== table.set)
    return badUrl(
      'URL was not parsed due to an ODataUnrecognizedPathException. Resource not found for the segment provided in the URL.',
    );
  return existing(resolveAddress(context, table, segment.key));
}

function bodyUrl(table: DataverseTable, request: ODataRequest): string {
  const url = parseBody(table, request.body)['@odata.id'];
  return typeof url === 'string' ? url : badPayload(table, "The property '@odata.id' is missing.");
}

function wrongVerb({ method }: ODataRequest): never {
  return refuse(405, '0x80060888', `The HTTP method '${method}' is not supported on this reference.`);
}
