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
import { foExpansion } from './fo-expand';
import { foEtag, foProjection, renderFoRow, unknownField, type FoProjection } from './fo-projection';
import { jsonHeaders, metadataLevel } from './metadata-level';

const KNOWN = new Set(['$select', '$filter', '$orderby', '$top', '$skip', '$skiptoken', '$count', '$expand']);
const RULES: FilterRules<FoTable> = {
  resolve: (table, path) => {
    const column = table.byName.get(path);
    return column && { column };
  },
  hasStarWildcard: true,
  hasTextFunctions: false,
  hasArithmetic: true,
  symbol: (column, literal) => (column.kind === 'enum' ? enumSymbol(column as FoField, literal) : undefined),
  unknownProperty: (table, path) =>
    `Could not find a property named '${path}' on type 'Microsoft.Dynamics.DataEntities.${table.publicEntity}'.`,
};
const RULES_WITH_TEXT_FUNCTIONS: FilterRules<FoTable> = { ...RULES, hasTextFunctions: true };

export function readSet(context: FoContext, table: FoTable, request: ODataRequest): Answer {
  const { query } = request;
  for (const name of query.keys())
    if (name.startsWith('$') && !KNOWN.has(name))
      throw new BadQuery(`The query option '${name}' is not supported.`);
  const projection = foProjection(table, query.get('$select'), metadataLevel(request));
  const expansion = foExpansion(context, table, request);
  const skip = skipOf(context, query);
  const top = wholeNumber(query, '$top');
  const size = Math.min(top ?? Number.MAX_SAFE_INTEGER, context.options.get('pageRowCountMax'));
  const selection = select(context, table, request, skip, size);
  const members: string[] = [];
  if (projection.level !== 'none')
    members.push(`"@odata.context":"${contextUrl(request, table, projection, expansion?.contextParts)}"`);
  if (query.get('$count') === 'true') members.push(`"@odata.count":${selection.total()}`);
  const { root } = request;
  const rows = selection.rows.map((row) =>
    renderFoRow(table, row, projection, expansion ? { root, tail: expansion.tail(row) } : { root }),
  );
  members.push(`"value":[${rows.join(',')}]`);
  const left = top === undefined ? undefined : top - selection.rows.length;
  if (selection.hasMore && left !== 0)
    members.push(
      `"@odata.nextLink":"${nextLink(context, request, table, skip + selection.rows.length, left)}"`,
    );
  return { status: 200, headers: jsonHeaders(projection.level), body: `{${members.join(',')}}` };
}

function contextUrl(
  request: ODataRequest,
  table: FoTable,
  { contextSuffix }: FoProjection,
  expanded: readonly string[] = [],
): string {
  const parts = [contextSuffix.slice(1, -1), ...expanded].filter((part) => part !== '');
  return `${request.root}/$metadata#${table.set}${parts.length > 0 ? `(${parts.join(',')})` : ''}`;
}

/** From `$skip`, or from the token of a next link. */
function skipOf(context: FoContext, query: ReadonlyMap<string, string>): number {
  const token = query.get('$skiptoken');
  const skip =
    token === undefined
      ? (wholeNumber(query, '$skip') ?? 0)
      : Number(/^row:(\d+)$/.exec(Buffer.from(token, 'base64url').toString())?.[1] ?? Number.NaN);
  if (Number.isNaN(skip)) throw new BadQuery(`The $skiptoken '${token}' is not valid.`);
  const max = context.options.get('skipCountMax');
  if (max > 0 && skip > max) throw new BadQuery(`The limit of '${max}' for Skip query has been exceeded.`);
  return skip;
}

export function countSet(context: FoContext, table: FoTable, request: ODataRequest): Answer {
  const { total } = select(context, table, request, 0, 0);
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain', 'OData-Version': '4.0' },
    body: String(total()),
  };
}

export function readEntity(
  context: FoContext,
  table: FoTable,
  row: Row,
  request: ODataRequest,
  status = 200,
): Answer {
  const isRead = request.method === 'GET';
  const projection = foProjection(
    table,
    isRead ? request.query.get('$select') : undefined,
    metadataLevel(request),
  );
  const expansion = isRead ? foExpansion(context, table, request) : undefined;
  const url = contextUrl(request, table, projection, expansion?.contextParts);
  const head = projection.level === 'none' ? '' : `"@odata.context":"${url}/$entity",`;
  const tail = expansion?.tail(row) ?? '';
  return {
    status,
    headers: { ...jsonHeaders(projection.level), ETag: foEtag(table, row) },
    body: renderFoRow(table, row, projection, { head, tail, root: request.root }),
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
  const filter =
    text === undefined || text.trim() === '' ? undefined : compileFilter(text, table, rulesOf(context));
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

function rulesOf(context: FoContext): FilterRules<FoTable> {
  return context.options.get('textFunctionsServed') ? RULES_WITH_TEXT_FUNCTIONS : RULES;
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
        pair !== '' &&
        !/^(\$|%24)(skip|skiptoken|top)=/i.test(pair) &&
        (keeps || !/^cross-company=/i.test(pair)),
    );
  const options = [
    ...kept.map((pair) => pair.replaceAll('"', '%22').replaceAll('\\', '%5C')),
    context.options.get('nextLinkForm') === 'skiptoken'
      ? `$skiptoken=${Buffer.from(`row:${skip}`).toString('base64url')}`
      : `$skip=${skip}`,
  ];
  if (top !== undefined) options.push(`$top=${top}`);
  const host = context.options.get('nextLinkHost');
  const root =
    host === ''
      ? request.root
      : request.root.replace(/^https?:\/\/[^/]+/, /^https?:/.test(host) ? host : `https://${host}`);
  return `${root}/${table.set}?${options.join('&')}`;
}
