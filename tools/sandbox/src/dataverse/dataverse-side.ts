import { randomUUID } from 'node:crypto';
import type { LimitKind, LimitSettings } from '../control/limits';
import { dataverseCsdl } from '../edm/dataverse-csdl';
import type { DataverseTable } from '../edm/dataverse-table';
import type { VirtualTables } from '../fo/virtual/virtual-tables';
import type { BatchHost, Side } from '../http/side';
import { BadQuery, Refusal, type Answer, type ODataRequest } from '../odata/exchange';
import { parsePath, type Segment } from '../odata/path';
import type { RowStore } from '../store/row-store';
import type { Transaction, Write } from '../store/transaction';
import { existing, resolveAddress } from './address';
import { bulkAction } from './bulk';
import { dataverseBatch } from './dataverse-batch';
import type { DataverseContext } from './dataverse-context';
import { withErrorDetails } from './error-details';
import { callerOf } from './impersonation';
import { badUrl, errorAnswer, JSON_HEADERS, notServed, refuse } from './dataverse-errors';
import { columnCell, parseBody } from './payload';
import { countRows, readCollection } from './read-collection';
import { readProperty, readRow } from './read-row';
import { changeReference } from './references';
import { updateRow } from './row-writes';
import { unbound } from './unbound';
import type { Webhooks } from './webhooks/webhooks';
import { create, remove, upsert } from './write-row';

const SERVICE = /^(\/api\/data\/v9\.\d+)(?:\/(.*))?$/;
const secondsFormat = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const ACTION = /^Microsoft\.Dynamics\.CRM\.(\w+)$/;

/** The Web API of Dataverse over the row store. */
export class DataverseSide implements Side {
  readonly name = 'dataverse';
  readonly store: RowStore;
  private metadata = { revision: -1, plain: '', annotated: '' };

  constructor(
    private readonly context: DataverseContext,
    private readonly webhooks: Webhooks,
    private readonly virtual: VirtualTables,
    private readonly onCommit: (writes: readonly Write[], request: ODataRequest) => void,
  ) {
    this.store = context.store;
  }

  locate(pathname: string): { service: string; rest: string } | undefined {
    const found = SERVICE.exec(pathname);
    return found ? { service: found[1] as string, rest: found[2] ?? '' } : undefined;
  }

  isBatch({ method, path }: ODataRequest): boolean {
    return method === 'POST' && /^(\$|%24)batch$/i.test(path);
  }

  batch(request: ODataRequest, host: BatchHost): Promise<Answer> {
    return dataverseBatch(request, host, {
      echoesFailedId: this.context.options.get('failedSetEchoesContentId'),
    });
  }

  beforeCommit(writes: readonly Write[], request: ODataRequest): (() => Promise<void>) | undefined {
    return this.webhooks.beforeCommit(writes, request);
  }

  contended(): Answer {
    return errorAnswer(500, '0x80044150', 'Generic SQL error: Sql ErrorNumber: 1205, a deadlock victim.');
  }

  execute(given: ODataRequest, unit: Transaction): Answer {
    try {
      return this.answer({ ...given, caller: callerOf(this.context, given) }, unit);
    } catch (error) {
      throw error instanceof Refusal ? withErrorDetails(error, given) : error;
    }
  }

  private answer(request: ODataRequest, unit: Transaction): Answer {
    const virtual = this.virtual.answer(request);
    if (virtual) return virtual;
    const segments = parsePath(request.path);
    const [head] = segments;
    if (!head) return this.serviceDocument(request);
    const table = this.context.catalog.findSet(head.name);
    if (head.name === '$metadata') return this.csdl(request.query.get('annotations') === 'true');
    if (!table) return unbound(this.context, unit, segments, request);
    request.touched.set = table.set;
    request.touched.operation = OPERATIONS[request.method] ?? 'read';
    return head.key
      ? this.row(table, segments, request, unit)
      : this.collection(table, segments[1], request, unit);
  }

  committed(writes: readonly Write[], request: ODataRequest): void {
    this.onCommit(writes, request);
  }

  writeOperation(request: ODataRequest): 'create' | 'update' {
    try {
      const [head] = parsePath(request.path);
      const table = head && this.context.catalog.findSet(head.name);
      return table && head.key && !resolveAddress(this.context, table, head.key).row ? 'create' : 'update';
    } catch {
      // What is wrong with the address is told when the request is answered.
      return 'update';
    }
  }

  tableNames(set: string): readonly string[] {
    const table = this.context.catalog.find(set);
    return table ? [table.set, table.name] : [];
  }

  commonHeaders({ requests, seconds }: { requests: number; seconds: number }): Record<string, string> {
    return {
      'x-ms-service-request-id': randomUUID(),
      'x-ms-dop-hint': '10',
      'x-ms-ratelimit-burst-remaining-xrm-requests': String(requests),
      // With a thousands separator, as the service does.
      'x-ms-ratelimit-time-remaining-xrm-requests': secondsFormat.format(seconds),
    };
  }

  badQuery(message: string): Answer {
    return errorAnswer(400, '0x80060888', message);
  }

  unauthorized(): Answer {
    return {
      status: 401,
      headers: {
        'Content-Type': 'text/html',
        'WWW-Authenticate':
          'Bearer authorization_uri=https://login.microsoftonline.com/common/oauth2/authorize',
      },
      body: 'HTTP Error 401 - Unauthorized: Access is denied',
    };
  }

  limited(
    kind: LimitKind,
    retryAfterSeconds: number,
    { requests, executionSeconds, concurrency, windowSeconds = 300 }: LimitSettings,
  ): Answer {
    const texts: Record<LimitKind, [string, string]> = {
      requests: [
        '0x80072322',
        `Number of requests exceeded the limit of ${requests} over time window of ${windowSeconds} seconds.`,
      ],
      time: [
        '0x80072321',
        `Combined execution time of incoming requests exceeded limit of ${((executionSeconds ?? 0) * 1000).toLocaleString('en-US')}  milliseconds over time window of ${windowSeconds} seconds. Decrease number of concurrent requests or reduce the duration of requests and try again later.`,
      ],
      concurrency: ['0x80072326', `Number of concurrent requests exceeded the limit of ${concurrency}.`],
    };
    const answer = errorAnswer(429, ...texts[kind]);
    return { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
  }

  failing(status: number, retryAfterSeconds: number | undefined): Answer {
    const answer =
      status === 429
        ? this.limited('requests', retryAfterSeconds ?? 5, { requests: 6000 })
        : errorAnswer(status, '0x80040216', 'An unexpected error occurred.');
    return retryAfterSeconds === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
  }

  notServed(path: string): Answer {
    return errorAnswer(404, '0x80060888', `Resource not found for the segment '${path}'.`);
  }

  private serviceDocument(request: ODataRequest): Answer {
    const sets = this.context.catalog.all().map(({ set }) => ({ name: set, kind: 'EntitySet', url: set }));
    return {
      status: 200,
      headers: JSON_HEADERS,
      body: JSON.stringify({ '@odata.context': `${request.root}/$metadata`, value: sets }),
    };
  }

  private collection(
    table: DataverseTable,
    next: Segment | undefined,
    request: ODataRequest,
    unit: Transaction,
  ): Answer {
    const { context } = this;
    if (next?.name === '$count' && request.method === 'GET') return countRows(context, table, request);
    const action = next && ACTION.exec(next.name)?.[1];
    if (action !== undefined && request.method === 'POST')
      return bulkAction(context, unit, table, action, request);
    if (action !== undefined) return notServed(action);
    if (next) return badUrl(`Resource not found for the segment '${next.name}'.`);
    if (request.method === 'GET') return readCollection(context, table, request);
    if (request.method === 'POST') return create(context, unit, table, request);
    return refuse(405, '0x80060888', `The HTTP method '${request.method}' is not supported on a collection.`);
  }

  private row(
    table: DataverseTable,
    segments: readonly Segment[],
    request: ODataRequest,
    unit: Transaction,
  ): Answer {
    const { context } = this;
    const address = resolveAddress(context, table, segments[0]?.key ?? []);
    const [, property, last] = segments;
    if (property) {
      const bound = ACTION.exec(property.name)?.[1];
      if (bound !== undefined) return notServed(bound);
      const row = existing(address);
      if (request.method === 'GET')
        return readProperty(context, table, row, request, { name: property.name, last: last?.name });
      if (last?.name === '$ref') return changeReference(context, unit, { table, row }, property, request);
      return this.setProperty(table, row.key, property.name, request, unit);
    }
    switch (request.method) {
      case 'GET':
        return readRow(context, table, existing(address), request);
      case 'PATCH':
        return upsert(context, unit, address, request);
      case 'DELETE':
        return remove(context, unit, address, request);
      default:
        return refuse(405, '0x80060888', `The HTTP method '${request.method}' is not supported on a row.`);
    }
  }

  /** `PUT set(id)/column` with a value, `DELETE set(id)/column` to empty it. */
  private setProperty(
    table: DataverseTable,
    key: string,
    name: string,
    request: ODataRequest,
    unit: Transaction,
  ): Answer {
    const column = table.byProperty.get(name);
    const row = this.store.table(table.name).rows.get(key);
    if (!column || column.isLookup || !row)
      throw new BadQuery(`Resource not found for the segment '${name}'.`);
    if (request.method !== 'PUT' && request.method !== 'DELETE') notServed(`${request.method} on a column`);
    request.touched.operation = 'update';
    const value = request.method === 'DELETE' ? null : (parseBody(table, request.body)['value'] ?? null);
    updateRow(this.context, unit, table, row, new Map([[column, columnCell(table, column, value)]]), {
      caller: request.caller,
    });
    return { status: 204, headers: { 'OData-Version': '4.0' } };
  }

  private csdl(isAnnotated: boolean): Answer {
    const { catalog } = this.context;
    if (this.metadata.revision !== catalog.revision)
      this.metadata = {
        revision: catalog.revision,
        plain: dataverseCsdl(catalog.all(), { withAnnotations: false }),
        annotated: dataverseCsdl(catalog.all(), { withAnnotations: true }),
      };
    const body = isAnnotated ? this.metadata.annotated : this.metadata.plain;
    return { status: 200, headers: { 'Content-Type': 'application/xml', 'OData-Version': '4.0' }, body };
  }
}

const OPERATIONS: Record<string, 'create' | 'read' | 'update' | 'delete'> = {
  GET: 'read',
  POST: 'create',
  PATCH: 'update',
  PUT: 'update',
  DELETE: 'delete',
};
