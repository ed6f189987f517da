import { cellJson, cellOf } from '../edm/column';
import type { DataverseTable } from '../edm/dataverse-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import { preferences } from '../odata/query';
import type { Row } from '../store/row';
import { collectionsOf, RelatedRowsIndex, type Collection } from './collections';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { badUrl, JSON_HEADERS } from './dataverse-errors';
import { projectionOf } from './expand';
import { renderRow } from './render-row';
import { applied, countRows, readCollection, wantsAnnotation } from './read-collection';

export function readRow(
  context: DataverseContext,
  table: DataverseTable,
  row: Row,
  request: ODataRequest,
): Answer {
  const prefer = preferences(request.headers['prefer']);
  const wants = wantsAnnotation(prefer);
  const known = request.headers['if-none-match'];
  const isPlain = wants === undefined && !request.query.has('$expand');
  if (known === etag(row) && isPlain && table.hasOptimisticConcurrency)
    return { status: 304, headers: { 'OData-Version': '4.0', ETag: etag(row) } };
  const answer = rowAnswer(context, table, row, request, 200);
  return { ...answer, headers: { ...answer.headers, ...applied(prefer) } };
}

export function etag(row: Row): string {
  return `W/"${row.version}"`;
}

/** The row as a body of its own: of a GET, or of a write that asked for it. */
export function rowAnswer(
  context: DataverseContext,
  table: DataverseTable,
  row: Row,
  request: ODataRequest,
  status: number,
): Answer {
  const { query, method } = request;
  // $expand is ignored on PATCH.
  const expand = method === 'PATCH' ? undefined : query.get('$expand');
  const projection = projectionOf(context, table, query.get('$select'), expand);
  const head = `"@odata.context":"${request.root}/$metadata#${table.set}${projection.contextSuffix}/$entity",`;
  const wants = wantsAnnotation(preferences(request.headers['prefer']));
  return {
    status,
    headers: { ...JSON_HEADERS, ETag: etag(row) },
    body: renderRow(context, row, projection, { wants, root: request.root }, head),
  };
}

/** `/accounts(id)/name`, `/accounts(id)/name/$value`, `/accounts(id)/primarycontactid`, a collection's rows. */
export function readProperty(
  context: DataverseContext,
  table: DataverseTable,
  row: Row,
  request: ODataRequest,
  { name, last }: { name: string; last: string | undefined },
): Answer {
  const navigation = table.navigations.get(name);
  const target = navigation && context.catalog.get(navigation.target);
  if (navigation && target) {
    const id = row.cells[navigation.column.name];
    const linked = id === undefined ? undefined : rowsOf(context, target).rows.get(String(id));
    if (!linked) return { status: 204, headers: { 'OData-Version': '4.0' } };
    return last === '$ref' ? link(target, linked, request) : rowAnswer(context, target, linked, request, 200);
  }
  const collection = collectionsOf(context, table).get(name);
  if (collection) return readRelated(context, row, collection, request, last);
  const column = table.byProperty.get(name);
  if (!column) return badUrl(`Resource not found for the segment '${name}'.`);
  const cell = cellOf(row, column);
  if (cell === null) return { status: 204, headers: { 'OData-Version': '4.0' } };
  if (last === '$value')
    return {
      status: 200,
      headers: { 'Content-Type': 'text/plain', 'OData-Version': '4.0' },
      body: String(cell),
    };
  return {
    status: 200,
    headers: JSON_HEADERS,
    body: `{"@odata.context":"${request.root}/$metadata#${table.set}(${row.id})/${name}","value":${cellJson(row, column)}}`,
  };
}

function readRelated(
  context: DataverseContext,
  row: Row,
  collection: Collection,
  request: ODataRequest,
  last: string | undefined,
): Answer {
  const { table } = collection;
  const rows = new RelatedRowsIndex(context, collection).of(row.key);
  if (last === '$count') return countRows(context, table, request, rows);
  if (last !== '$ref') return readCollection(context, table, request, rows);
  const links = rows.map(({ id }) => `{"@odata.id":"${request.root}/${table.set}(${id})"}`);
  const body = `{"@odata.context":"${request.root}/$metadata#Collection($ref)","value":[${links.join(',')}]}`;
  return { status: 200, headers: JSON_HEADERS, body };
}

function link(table: DataverseTable, row: Row, { root }: ODataRequest): Answer {
  const body = `{"@odata.context":"${root}/$metadata#$ref","@odata.id":"${root}/${table.set}(${row.id})"}`;
  return { status: 200, headers: JSON_HEADERS, body };
}
