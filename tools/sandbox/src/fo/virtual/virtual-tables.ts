import { encodeDeltaToken } from '../../dataverse/delta-token';
import { badUrl, JSON_HEADERS, notServed, refuse } from '../../dataverse/dataverse-errors';
import type { FoField, FoTable } from '../../edm/fo-table';
import { ExactNumber, writeExact, type Json, type JsonObject } from '../../json/exact-json';
import type { Answer, ODataRequest } from '../../odata/exchange';
import { parsePath, type Segment } from '../../odata/path';
import { preferences } from '../../odata/query';
import type { Cell, Row } from '../../store/row';
import type { FoContext } from '../fo-context';
import { OPTION_BASE, virtualId, virtualName, virtualSetName, virtualTableName } from './virtual-names';

const PAGE_ROWS_MAX = 5000;
const REFUSED_WHEN_TRACKING = ['filter', 'orderby', 'expand', 'top'];
const OURS = /^(?:mserp_|EntityDefinitions\(LogicalName=(?:'|%27)mserp_)/i;
const LEFT_OUT = ['$filter', '$orderby', '$expand', '$apply'];

/**
 * F&O's entities as Dataverse shows them: read only, all companies, with row-version change tracking where it is switched
 * on for the entity. No rows are kept here.
 */
export class VirtualTables {
  constructor(private readonly context: FoContext) {}

  /** @returns undefined for an address that is not one of ours */
  answer(request: ODataRequest): Answer | undefined {
    if (!OURS.test(request.path)) return undefined;
    const [head, next] = parsePath(request.path);
    if (head?.name === 'EntityDefinitions') return this.definition(head, request);
    const table = this.context.catalog.all().find((one) => virtualSetName(one) === head?.name);
    if (!table || !head) return undefined;
    request.touched.set = head.name;
    request.touched.operation = 'read';
    if (request.method !== 'GET') return notServed('writes to virtual tables');
    if (next?.name === '$count') return text(String(this.rows(table).length));
    if (next) return notServed(`${next.name} of a virtual table`);
    return head.key ? this.row(table, head, request) : this.collection(table, request);
  }

  private rows(table: FoTable): readonly Row[] {
    return this.context.store.table(table.name).sorted.all();
  }

  private isTracked(table: FoTable): boolean {
    return this.context.options.get('rowVersionTables').includes(table.set);
  }

  private definition({ key }: Segment, request: ODataRequest): Answer {
    const name = key?.[0]?.literal.text;
    const table = this.context.catalog.all().find((one) => virtualTableName(one) === name);
    if (!table) return refuse(404, '0x80060888', `Could not find an entity with name ${String(name)}.`);
    return json({
      '@odata.context': `${request.root}/$metadata#EntityDefinitions/$entity`,
      LogicalName: virtualTableName(table),
      EntitySetName: virtualSetName(table),
      PrimaryIdAttribute: `${virtualTableName(table)}id`,
      PrimaryNameAttribute: 'mserp_primaryfield',
      TableType: 'Virtual',
      ExternalName: table.entity,
      ChangeTrackingEnabled: this.isTracked(table),
      IsOptimisticConcurrencyEnabled: false,
    });
  }

  private row(table: FoTable, { key }: Segment, request: ODataRequest): Answer {
    const id = key?.[0]?.literal.text.toLowerCase();
    const row = this.rows(table).find((one) => virtualId(table, one.key) === id);
    if (!row)
      return refuse(404, '0x80040217', `${virtualTableName(table)} With Id = ${String(id)} Does Not Exist`);
    const context = `${request.root}/$metadata#${virtualSetName(table)}/$entity`;
    return json({ '@odata.context': context, ...shown(table, row, fieldsOf(table, request)) });
  }

  private collection(table: FoTable, request: ODataRequest): Answer {
    const { query } = request;
    const isTracking =
      query.has('$deltatoken') || preferences(request.headers['prefer']).has('odata.track-changes');
    if (isTracking) {
      for (const name of REFUSED_WHEN_TRACKING)
        if (query.has(`$${name}`))
          badUrl(`The "${name}" query parameter isn't supported when Change Tracking is enabled.`);
      if (!this.isTracked(table))
        badUrl(`Change tracking is not enabled for the entity '${virtualTableName(table)}'.`);
    }
    for (const name of LEFT_OUT) if (query.has(name)) notServed(`${name} of a virtual table`);
    const token = query.get('$deltatoken');
    return token === undefined ? this.page(table, request, isTracking) : this.delta(table, request, token);
  }

  /** By key; a round that tracks ends with a link to what changes after its beginning. */
  private page(table: FoTable, request: ODataRequest, isTracking: boolean): Answer {
    const prefer = preferences(request.headers['prefer']);
    const size = Math.min(Number(prefer.get('odata.maxpagesize') ?? PAGE_ROWS_MAX), PAGE_ROWS_MAX);
    const { after, until } = this.cookieOf(request);
    const { sorted } = this.context.store.table(table.name);
    const start = after === undefined ? 0 : sorted.after(after);
    const rows = sorted.all().slice(start, start + size);
    const last = rows.at(-1);
    const more = last !== undefined && sorted.all().length > start + size;
    const cookie = Buffer.from(JSON.stringify({ after: last?.key, until })).toString('base64url');
    const link: JsonObject = more
      ? { '@odata.nextLink': this.link(table, request, `$skiptoken=${cookie}`) }
      : isTracking
        ? { '@odata.deltaLink': this.deltaLink(table, request, until) }
        : {};
    return this.list(table, request, { rows, link, suffix: '', applied: isTracking ? TRACKED : {} });
  }

  /** Each row once, in its newest state; deletes by id alone, if the environment reports them at all. */
  private delta(table: FoTable, request: ODataRequest, token: string): Answer {
    const since = Number(/^(\d+)!/.exec(token)?.[1] ?? badUrl('Invalid delta token.'));
    const until = this.context.store.seq;
    const changes = this.context.store.table(table.name).changes.between(since, until);
    const deleted = this.context.options.get('rowVersionDeletesReported') ? changes.deleted : [];
    const gone = deleted.map((key): JsonObject => ({
      '@odata.context': `${request.root}/$metadata#${virtualSetName(table)}/$deletedEntity`,
      id: virtualId(table, key),
      reason: 'deleted',
    }));
    const link = { '@odata.deltaLink': this.deltaLink(table, request, until) };
    return this.list(table, request, { rows: changes.written, gone, link, suffix: '/$delta', applied: {} });
  }

  private list(
    table: FoTable,
    request: ODataRequest,
    answer: {
      rows: readonly Row[];
      gone?: readonly JsonObject[];
      link: JsonObject;
      suffix: string;
      applied: Record<string, string>;
    },
  ): Answer {
    const fields = fieldsOf(table, request);
    const value = [...answer.rows.map((row) => shown(table, row, fields)), ...(answer.gone ?? [])];
    const context = `${request.root}/$metadata#${virtualSetName(table)}${answer.suffix}`;
    return json({ '@odata.context': context, ...answer.link, value }, answer.applied);
  }

  private cookieOf({ query }: ODataRequest): { after?: string; until: number } {
    const token = query.get('$skiptoken');
    if (token === undefined) return { until: this.context.store.seq };
    try {
      return JSON.parse(Buffer.from(token, 'base64url').toString()) as { after: string; until: number };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return badUrl('Invalid skip token.');
    }
  }

  private deltaLink(table: FoTable, request: ODataRequest, until: number): string {
    const token = encodeDeltaToken(until, this.context.clock.nowMs());
    return this.link(table, request, `$deltatoken=${token}`);
  }

  private link(table: FoTable, request: ODataRequest, option: string): string {
    const select = request.rawQuery.split('&').filter((pair) => /^(\$|%24)select=/i.test(pair));
    return `${request.root}/${virtualSetName(table)}?${[...select, option].join('&')}`;
  }
}

const TRACKED = { 'Preference-Applied': 'odata.track-changes' };

function fieldsOf(table: FoTable, { query }: ODataRequest): readonly FoField[] {
  const names = query
    .get('$select')
    ?.split(',')
    .map((name) => name.trim());
  if (names === undefined) return table.columns;
  return names
    .filter((name) => name !== `${virtualTableName(table)}id`)
    .map(
      (name) =>
        table.columns.find((field) => virtualName(field.name) === name) ??
        badUrl(`Could not find a property named '${name}' on type '${virtualTableName(table)}'.`),
    );
}

function shown(table: FoTable, row: Row, fields: readonly FoField[]): JsonObject {
  return {
    '@odata.etag': `W/"${row.version}"`,
    ...Object.fromEntries(
      fields.map((field) => [virtualName(field.name), jsonOf(field, row.cells[field.name])]),
    ),
    [`${virtualTableName(table)}id`]: virtualId(table, row.key),
  };
}

/** What is empty in F&O is null here, where the type has an empty value at all. */
function jsonOf(field: FoField, cell: Cell | undefined): Json {
  switch (field.kind) {
    case 'enum':
      return OPTION_BASE + Math.max(0, field.symbols?.indexOf(String(cell ?? field.empty)) ?? 0);
    case 'decimal':
    case 'int64':
      return new ExactNumber(String(cell ?? '0'));
    case 'int32':
      return cell ?? 0;
    default:
      return cell ?? null;
  }
}

function json(body: JsonObject, headers: Record<string, string> = {}): Answer {
  return { status: 200, headers: { ...JSON_HEADERS, ...headers }, body: writeExact(body) };
}

function text(body: string): Answer {
  return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: `\uFEFF${body}` };
}
