import type { DataverseTable } from '../edm/dataverse-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import { preferences } from '../odata/query';
import type { Row } from '../store/row';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { JSON_HEADERS, refuse } from './dataverse-errors';
import { encodeDeltaToken, readDeltaToken } from './delta-token';
import { projectionOf } from './expand';
import { renderRow } from './render-row';
import { applied, escapeQuotes, nextLink, pageSize, wantsAnnotation } from './read-collection';
import { decodeSkipToken, encodeSkipToken, type PageCookie } from './skip-token';

const REFUSED = ['filter', 'orderby', 'expand', 'top'];
const NO_ID = '00000000-0000-0000-0000-000000000000';

export function isTracking({ query, headers }: ODataRequest): boolean {
  if (query.has('$deltatoken')) return true;
  const token = query.get('$skiptoken');
  if (token !== undefined) return decodeSkipToken(token).tracking !== undefined;
  return preferences(headers['prefer']).has('odata.track-changes');
}

/**
 * One page of a round. The first round shows all rows by id, later ones what changed since their token. A round ends at
 * the version that was newest when it began: what is written meanwhile comes with the next one.
 */
export function readChanges(context: DataverseContext, table: DataverseTable, request: ODataRequest): Answer {
  const { query } = request;
  for (const name of REFUSED)
    if (query.has(`$${name}`))
      refuse(
        400,
        '0x80060888',
        `The "${name}" query parameter isn't supported when Change Tracking is enabled.`,
      );
  if (!table.isTracked)
    refuse(400, '0x80060888', `Change tracking is not enabled for the entity '${table.name}'.`);
  const prefer = preferences(request.headers['prefer']);
  const round = roundOf(context, query);
  const size = context.options.get('trackingInPages') ? pageSize(prefer) : Infinity;
  const { rows, deleted, next } =
    round.since === 0 ? fullPage(context, table, round, size) : changePage(context, table, round, size);
  const projection = projectionOf(context, table, query.get('$select'));
  const wants = wantsAnnotation(prefer);
  const isDelta = round.since > 0;
  const contextUrl = `${request.root}/$metadata#${table.set}`;
  const items = [
    ...rows.map((row) => renderRow(context, row, projection, { wants })),
    ...deleted.map(
      (id) => `{"@odata.context":"${contextUrl}/$deletedEntity","id":"${id}","reason":"deleted"}`,
    ),
  ];
  const link = next
    ? `,"@odata.nextLink":"${nextLink(request, encodeSkipToken(table.primaryId, next))}"`
    : `,"@odata.deltaLink":"${deltaLink(request, table, encodeDeltaToken(round.until, context.clock.nowMs()))}"`;
  const body = `{"@odata.context":"${contextUrl}${projection.contextSuffix}${isDelta ? '/$delta' : ''}"${link},"value":[${items.join(',')}]}`;
  return { status: 200, headers: { ...JSON_HEADERS, ...applied(prefer) }, body };
}

export function countChanges(context: DataverseContext, table: DataverseTable, token: string): number {
  const { written, deleted } = rowsOf(context, table).changes.between(
    readDeltaToken(context, token),
    context.store.seq,
  );
  return written.length + deleted.length;
}

interface Round {
  readonly since: number;
  readonly until: number;
  readonly cookie: PageCookie | undefined;
}

function roundOf(context: DataverseContext, query: ReadonlyMap<string, string>): Round {
  const skip = query.get('$skiptoken');
  const cookie = skip === undefined ? undefined : decodeSkipToken(skip);
  if (cookie?.tracking) return { since: cookie.tracking.since, until: cookie.tracking.until, cookie };
  const token = query.get('$deltatoken');
  return {
    since: token === undefined ? 0 : readDeltaToken(context, token),
    until: context.store.seq,
    cookie: undefined,
  };
}

interface Page {
  rows: readonly Row[];
  deleted: readonly string[];
  next: PageCookie | undefined;
}

function fullPage(
  context: DataverseContext,
  table: DataverseTable,
  { until, cookie }: Round,
  size: number,
): Page {
  const { sorted } = rowsOf(context, table);
  const start = cookie ? sorted.after(cookie.lastId) : 0;
  const all = sorted.all();
  const rows = all.slice(start, start + size);
  const last = rows.at(-1);
  const hasMore = all.length > start + size;
  const next =
    hasMore && last
      ? {
          page: (cookie?.page ?? 1) + 1,
          lastId: last.id,
          tracking: { since: 0, until, afterSeq: 0, isDeletions: false },
        }
      : undefined;
  return { rows, deleted: [], next };
}

/** Written rows by version, then deletions. */
function changePage(
  context: DataverseContext,
  table: DataverseTable,
  { since, until, cookie }: Round,
  size: number,
): Page {
  const store = rowsOf(context, table);
  const { written, deleted } = store.changes.between(since, until);
  const from = cookie?.tracking ?? { afterSeq: 0, isDeletions: false };
  const rest = from.isDeletions ? [] : written.filter(({ seq }) => seq > from.afterSeq);
  const gone = deleted.map((id) => ({ id, seq: store.tombstones.get(id) ?? 0 }));
  const restGone = from.isDeletions ? gone.filter(({ seq }) => seq > from.afterSeq) : gone;
  const rows = rest.slice(0, size);
  const shownGone = restGone.slice(0, size - rows.length);
  const page = { rows, deleted: shownGone.map(({ id }) => id) };
  if (rest.length + restGone.length <= size) return { ...page, next: undefined };
  const isDeletions = shownGone.length > 0;
  const afterSeq = isDeletions ? (shownGone.at(-1)?.seq ?? 0) : (rows.at(-1)?.seq ?? 0);
  const next = {
    page: (cookie?.page ?? 1) + 1,
    lastId: NO_ID,
    tracking: { since, until, afterSeq, isDeletions },
  };
  return { ...page, next };
}

function deltaLink(request: ODataRequest, table: DataverseTable, token: string): string {
  const select = request.rawQuery.split('&').filter((pair) => /^(\$|%24)select=/i.test(pair));
  return `${request.root}/${table.set}?${[...select.map(escapeQuotes), `$deltatoken=${token}`].join('&')}`;
}
