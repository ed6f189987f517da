import type { DataverseTable } from '../edm/dataverse-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import { parseOrder, rowOrder } from '../odata/order';
import { preferences, wholeNumber } from '../odata/query';
import type { Row } from '../store/row';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { badUrl, JSON_HEADERS, notServed } from './dataverse-errors';
import { candidateRows, dataverseFilter, resolvePath } from './dataverse-filter';
import { countChanges, isTracking, readChanges } from './delta';
import { projectionOf } from './expand';
import { renderRow, type WantsAnnotation } from './render-row';
import { unknownProperty } from './projection';
import { decodeSkipToken, encodeSkipToken } from './skip-token';

export const PAGE_ROWS_MAX = 5000;
const COUNT_MAX = 5000;
const KNOWN = new Set([
  '$select',
  '$filter',
  '$orderby',
  '$top',
  '$count',
  '$expand',
  '$skiptoken',
  '$deltatoken',
]);
const NOT_SERVED = new Set(['$apply', 'fetchXml', 'savedQuery', 'userQuery', 'sql']);

/** @param source the rows to choose from, ordered by id, when they are not the whole table */
export function readCollection(
  context: DataverseContext,
  table: DataverseTable,
  request: ODataRequest,
  source?: readonly Row[],
): Answer {
  checkOptions(request);
  if (!source && isTracking(request)) return readChanges(context, table, request);
  const { query } = request;
  const prefer = preferences(request.headers['prefer']);
  const projection = projectionOf(context, table, query.get('$select'), query.get('$expand'));
  const wants = wantsAnnotation(prefer);
  const size = pageSize(prefer);
  const top = prefer.has('odata.maxpagesize') ? undefined : wholeNumber(query, '$top');
  const { rows, total, hasMore } = selectRows(context, table, request, {
    size: Math.min(top ?? size, PAGE_ROWS_MAX),
    source,
  });
  const counts = query.get('$count') === 'true' ? total() : undefined;
  let body = `{"@odata.context":"${request.root}/$metadata#${table.set}${projection.contextSuffix}"`;
  if (counts !== undefined) body += `,"@odata.count":${Math.min(counts, COUNT_MAX)}`;
  if (wants?.('Microsoft.Dynamics.CRM.totalrecordcount'))
    body += `,"@Microsoft.Dynamics.CRM.totalrecordcount":${counts === undefined ? -1 : Math.min(counts, COUNT_MAX)},"@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded":${(counts ?? 0) > COUNT_MAX}`;
  body += `,"value":[${rows.map((row) => renderRow(context, row, projection, { wants, root: request.root })).join(',')}]`;
  const last = rows.at(-1);
  if (hasMore && last && top === undefined)
    body += `,"@odata.nextLink":"${nextLink(request, encodeSkipToken(table.primaryId, { page: pageNumber(query) + 1, lastId: last.id }))}"`;
  return { status: 200, headers: { ...JSON_HEADERS, ...applied(prefer) }, body: `${body}}` };
}

export function countRows(
  context: DataverseContext,
  table: DataverseTable,
  request: ODataRequest,
  source?: readonly Row[],
): Answer {
  const { query } = request;
  const count = query.has('$deltatoken')
    ? countChanges(context, table, query.get('$deltatoken') ?? '')
    : Math.min(COUNT_MAX, selectRows(context, table, request, { size: 0, source }).total());
  // The service puts a byte order mark in front of the number.
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain', 'OData-Version': '4.0' },
    body: `\uFEFF${count}`,
  };
}

function checkOptions({ query }: ODataRequest): void {
  for (const name of query.keys()) {
    if (NOT_SERVED.has(name)) notServed(name);
    if (name === '$skip') badUrl('Skip Clause is not supported in CRM');
    if (name.startsWith('$') && !KNOWN.has(name)) badUrl(`The query parameter ${name} is not supported`);
  }
}

interface Selection {
  rows: Row[];
  hasMore: boolean;
  /** Counted only when asked: it may need every row. */
  total: () => number;
}

function selectRows(
  context: DataverseContext,
  table: DataverseTable,
  { query, caller }: ODataRequest,
  { size, source }: { size: number; source: readonly Row[] | undefined },
): Selection {
  const filter = dataverseFilter(context, table, query, caller);
  const all = source ?? candidateRows(context, table, filter);
  const matches = filter?.matches ?? (() => true);
  const total = (): number => (filter ? all.filter(matches).length : all.length);
  const token = query.get('$skiptoken');
  const cookie = token === undefined ? undefined : decodeSkipToken(token);
  const orderText = query.get('$orderby');
  if (orderText !== undefined) {
    const terms = parseOrder(
      orderText,
      (path) => resolvePath(context, table, path) ?? unknownProperty(table, path),
    );
    const sorted = all.filter(matches).sort(rowOrder(terms));
    const lastIndex = cookie ? sorted.findIndex(({ id }) => id === cookie.lastId) : -1;
    // A row that is gone by now leaves its place to be guessed from the page number.
    const start = cookie && lastIndex < 0 ? (cookie.page - 1) * size : lastIndex + 1;
    return { rows: sorted.slice(start, start + size), hasMore: sorted.length > start + size, total };
  }
  const rows: Row[] = [];
  const start = cookie ? firstAfter(context, table, all, cookie.lastId) : 0;
  for (let index = start; index < all.length; index += 1) {
    const row = all[index] as Row;
    if (!matches(row)) continue;
    if (rows.length === size) return { rows, hasMore: true, total };
    rows.push(row);
  }
  return { rows, hasMore: false, total };
}

function firstAfter(
  context: DataverseContext,
  table: DataverseTable,
  all: readonly Row[],
  id: string,
): number {
  const { sorted } = rowsOf(context, table);
  if (all === sorted.all()) return sorted.after(id);
  const index = all.findIndex(({ key }) => key > id);
  return index < 0 ? all.length : index;
}

function pageNumber(query: ReadonlyMap<string, string>): number {
  const token = query.get('$skiptoken');
  return token === undefined ? 1 : decodeSkipToken(token).page;
}

export function pageSize(prefer: ReadonlyMap<string, string>): number {
  const wanted = Number(prefer.get('odata.maxpagesize') ?? PAGE_ROWS_MAX);
  return Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, PAGE_ROWS_MAX) : PAGE_ROWS_MAX;
}

/** The same query with another position, option by option as it was sent. */
export function nextLink(request: ODataRequest, token: string): string {
  const kept = request.rawQuery
    .split('&')
    .filter((pair) => pair !== '' && !/^(\$|%24)(skiptoken|deltatoken)=/i.test(pair));
  return `${request.root}/${request.path}?${[...kept.map(escapeQuotes), `$skiptoken=${token}`].join('&')}`;
}

/** The raw query goes into a JSON string. */
export function escapeQuotes(text: string): string {
  return text.replaceAll('\\', '%5C').replaceAll('"', '%22');
}

export function wantsAnnotation(prefer: ReadonlyMap<string, string>): WantsAnnotation | undefined {
  const wanted = prefer.get('odata.include-annotations');
  if (wanted === undefined) return undefined;
  const patterns = wanted.split(',').map((one) => one.trim());
  return (name) =>
    patterns.some(
      (one) => one === '*' || one === name || (one.endsWith('*') && name.startsWith(one.slice(0, -1))),
    );
}

/** `Preference-Applied` names what was honoured. */
export function applied(prefer: ReadonlyMap<string, string>): Record<string, string> {
  const honoured: string[] = [];
  if (prefer.has('odata.track-changes')) honoured.push('odata.track-changes');
  const size = prefer.get('odata.maxpagesize');
  if (size !== undefined) honoured.push(`odata.maxpagesize=${size}`);
  const annotations = prefer.get('odata.include-annotations');
  if (annotations !== undefined) honoured.push(`odata.include-annotations="${annotations}"`);
  return honoured.length > 0 ? { 'Preference-Applied': honoured.join(',') } : {};
}
