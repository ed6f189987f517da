import type { FoField, FoTable } from '../edm/fo-table';
import { candidates } from '../odata/candidates';
import { BadQuery, type Answer, type ODataRequest } from '../odata/exchange';
import { compileFilter, type Filter, type FilterRules } from '../odata/filter';
import type { Literal } from '../odata/literal';
import { parseOrder, rowOrder } from '../odata/order';
import { wholeNumber } from '../odata/query';
import type { Cells, Row } from '../store/row';
import { enumSymbol, literalCellOf, rowKey } from './entity-key';
import { isVisible, type FoContext } from './fo-context';
import { badRequest, JSON_HEADERS, notServed } from './fo-errors';
import { foEtag, foProjection, renderFoRow, unknownField } from './fo-projection';

const KNOWN = new Set(['$select', '$filter', '$orderby', '$top', '$skip', '$count']);
const RULES: FilterRules<FoTable> = {
  resolve: (table, path) => {
    const column = table.byName.get(path);
    return column && { column };
  },
  hasStarWildcard: true,
  hasTextFunctions: false,
  symbol: (column, literal) => (column.kind === 'enum' ? enumSymbol(column as FoField, literal) : undefined),
  unknownProperty: (table, path) =>
    `Could not find a property named '${path}' on type 'Microsoft.Dynamics.DataEntities.${table.publicEntity}'.`,
};

export function readSet(context: FoContext, table: FoTable, request: ODataRequest): Answer {
  const { query } = request;
  for (const name of query.keys()) {
    if (name === '$expand') notServed('$expand');
    if (name.startsWith('$') && !KNOWN.has(name))
      throw new BadQuery(`The query option '${name}' is not supported.`);
  }
  const projection = foProjection(table, query.get('$select'));
  const skip = wholeNumber(query, '$skip') ?? 0;
  const top = wholeNumber(query, '$top');
  const size = Math.min(top ?? Number.MAX_SAFE_INTEGER, context.options.get('pageRowCountMax'));
  const selection = select(context, table, request, skip, size);
  let body = `{"@odata.context":"${request.root}/$metadata#${table.set}${projection.contextSuffix}"`;
  if (query.get('$count') === 'true') body += `,"@odata.count":${selection.total()}`;
  body += `,"value":[${selection.rows.map((row) => renderFoRow(row, projection)).join(',')}]`;
  const left = top === undefined ? undefined : top - selection.rows.length;
  if (selection.hasMore && left !== 0)
    body += `,"@odata.nextLink":"${nextLink(context, request, table, skip + selection.rows.length, left)}"`;
  return { status: 200, headers: JSON_HEADERS, body: `${body}}` };
}

export function countSet(context: FoContext, table: FoTable, request: ODataRequest): Answer {
  const { total } = select(context, table, request, 0, 0);
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain', 'OData-Version': '4.0' },
    body: String(total()),
  };
}

export function readEntity(table: FoTable, row: Row, request: ODataRequest, status = 200): Answer {
  if (request.query.has('$expand')) notServed('$expand');
  const projection = foProjection(table, request.method === 'GET' ? request.query.get('$select') : undefined);
  const head = `"@odata.context":"${request.root}/$metadata#${table.set}${projection.contextSuffix}/$entity",`;
  return {
    status,
    headers: { ...JSON_HEADERS, ETag: foEtag(row) },
    body: renderFoRow(row, projection, head),
  };
}

interface Selection {
  rows: Row[];
  hasMore: boolean;
  total: () => number;
}

function select(
  context: FoContext,
  table: FoTable,
  request: ODataRequest,
  skip: number,
  size: number,
): Selection {
  const { query } = request;
  const text = query.get('$filter');
  const filter = text === undefined || text.trim() === '' ? undefined : compileFilter(text, table, RULES);
  const all = candidateRows(context, table, filter);
  const matches = (row: Row): boolean =>
    isVisible(context, table, row, request) && (filter?.matches(row) ?? true);
  const total = (): number => all.filter(matches).length;
  const orderText = query.get('$orderby');
  if (orderText !== undefined && orderText.trim() !== '') {
    const terms = parseOrder(orderText, (path) => ({
      column: table.byName.get(path) ?? unknownField(table, path),
    }));
    const sorted = all.filter(matches).sort(rowOrder(terms));
    return { rows: sorted.slice(skip, skip + size), hasMore: sorted.length > skip + size, total };
  }
  const rows: Row[] = [];
  let seen = 0;
  for (const row of all) {
    if (!matches(row)) continue;
    seen += 1;
    if (seen <= skip) continue;
    if (rows.length === size) return { rows, hasMore: true, total };
    rows.push(row);
  }
  return { rows, hasMore: false, total };
}

/** In the order of the key; looked up where the filter names whole keys. */
function candidateRows(context: FoContext, table: FoTable, filter: Filter | undefined): readonly Row[] {
  const store = context.store.table(table.name);
  const found = filter && candidates(filter.expression, (pinned) => probe(context, table, pinned));
  if (!found) return store.sorted.all();
  return found.sort((left, right) => (left.key < right.key ? -1 : 1));
}

function probe(context: FoContext, table: FoTable, pinned: ReadonlyMap<string, Literal>): Row[] | undefined {
  const cells: Cells = {};
  for (const field of table.keys) {
    const literal = pinned.get(field.name);
    // A star is a pattern, which only a scan can answer.
    const cell =
      literal && !(literal.kind === 'string' && literal.text.includes('*'))
        ? literalCellOf(field, literal)
        : undefined;
    if (cell === undefined) return undefined;
    cells[field.name] = cell;
  }
  const row = context.store.table(table.name).rows.get(rowKey(table, cells));
  return row ? [row] : [];
}

function nextLink(
  context: FoContext,
  request: ODataRequest,
  table: FoTable,
  skip: number,
  top: number | undefined,
): string {
  const keeps = context.options.get('nextLinkKeepsCrossCompany');
  const kept = request.rawQuery
    .split('&')
    .filter(
      (pair) =>
        pair !== '' && !/^(\$|%24)(skip|top)=/i.test(pair) && (keeps || !/^cross-company=/i.test(pair)),
    );
  const options = [
    ...kept.map((pair) => pair.replaceAll('"', '%22').replaceAll('\\', '%5C')),
    `$skip=${skip}`,
  ];
  if (top !== undefined) options.push(`$top=${top}`);
  const host = context.options.get('nextLinkHost');
  const root =
    host === ''
      ? request.root
      : request.root.replace(/^https?:\/\/[^/]+/, /^https?:/.test(host) ? host : `https://${host}`);
  return `${root}/${table.set}?${options.join('&')}`;
}

export function missing(table: FoTable): never {
  return badRequest(`Resource not found for the segment '${table.set}'.`);
}
