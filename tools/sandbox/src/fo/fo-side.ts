import { randomUUID } from 'node:crypto';
import type { LimitKind } from '../control/limits';
import { foCsdl } from '../edm/fo-csdl';
import type { FoTable } from '../edm/fo-table';
import type { BatchHost, Side } from '../http/side';
import type { Answer, ODataRequest } from '../odata/exchange';
import { parsePath, type Segment } from '../odata/path';
import type { RowStore } from '../store/row-store';
import type { Transaction, Write } from '../store/transaction';
import { foBatch } from './fo-batch';
import { writeCell } from '../edm/column';
import type { FoContext } from './fo-context';
import { innerError, JSON_HEADERS, notFound, notServed } from './fo-errors';
import { countSet, readEntity, readSet } from './fo-read';
import type { OpenRoutes } from '../http/open-routes';
import type { DataJobs } from './dmf/data-jobs';
import { callAction } from './fo-actions';
import { callService } from './fo-services';
import { busy, ResourceThrottle } from './resource-throttle';
import { createEntity, deleteEntity, findEntity, updateEntity } from './fo-write';
import { readPublicMetadata } from './public-metadata';

/** On premises all paths have a prefix. */
const SERVICES: [RegExp, string][] = [
  [/^(\/namespaces\/AXSF)?\/data(?:\/(.*))?$/, '/data'],
  [/^(\/namespaces\/AXSF)?\/metadata(?:\/(.*))?$/i, '/metadata'],
  [/^(\/namespaces\/AXSF)?\/api\/services\/(.*)$/, '/api/services'],
];
/** Known addresses of F&O that are left out, by their names. */
const LEFT_OUT: [RegExp, string][] = [
  [/^\/api\/connector\//, 'recurring integrations'],
  [/^\/soap\//, 'SOAP services'],
];
const ACTION = /^Microsoft\.Dynamics\.DataEntities\.(\w+)$/;
const OPERATIONS: Record<string, 'create' | 'read' | 'update' | 'delete'> = {
  GET: 'read',
  POST: 'create',
  PATCH: 'update',
  PUT: 'update',
  DELETE: 'delete',
};

/** The OData service of F&O over the row store. */
export class FoSide implements Side {
  readonly name = 'fo';
  readonly store: RowStore;
  readonly open: OpenRoutes;
  private readonly throttle: ResourceThrottle;
  private metadata = { revision: -1, text: '' };

  constructor(
    private readonly context: FoContext,
    private readonly jobs: DataJobs,
    private readonly onCommit: (writes: readonly Write[], request: ODataRequest) => void,
  ) {
    this.store = context.store;
    this.open = jobs.blobs;
    this.throttle = new ResourceThrottle(context);
  }

  locate(pathname: string): { service: string; rest: string } | undefined {
    for (const [pattern, service] of SERVICES) {
      const found = pattern.exec(pathname);
      if (found) return { service: `${found[1] ?? ''}${service}`, rest: found[2] ?? '' };
    }
    return undefined;
  }

  isBatch({ method, path, root }: ODataRequest): boolean {
    return method === 'POST' && root.endsWith('/data') && /^(\$|%24)batch$/i.test(path);
  }

  batch(request: ODataRequest, host: BatchHost): Promise<Answer> {
    return foBatch(request, host);
  }

  execute(request: ODataRequest, unit: Transaction): Answer {
    if (request.root.endsWith('/api/services')) {
      this.throttle.check(request);
      return callService(this.context, request);
    }
    const segments = parsePath(request.path);
    if (request.root.endsWith('/metadata')) return readPublicMetadata(this.context, segments, request);
    const [head, next] = segments;
    if (!head) return this.serviceDocument(request);
    if (head.name === '$metadata') return this.csdl();
    if (/^\$(?:all|crossjoin|entity)$/.test(head.name)) return notServed(head.name);
    const action = next && ACTION.exec(next.name)?.[1];
    if (action !== undefined)
      return callAction(this.context, this.jobs, { set: head.name, name: action }, request);
    this.throttle.check(request);
    const table = this.context.catalog.findSet(head.name);
    if (!table) return notFound(`Resource not found for the segment '${head.name}'.`);
    request.touched.set = table.set;
    request.touched.operation = OPERATIONS[request.method] ?? 'read';
    return head.key ? this.entity(table, segments, request, unit) : this.set(table, next, request, unit);
  }

  committed(writes: readonly Write[], request: ODataRequest): void {
    this.onCommit(writes, request);
  }

  writeOperation(): 'update' {
    return 'update';
  }

  tableNames(set: string): readonly string[] {
    const table = this.context.catalog.find(set);
    return table ? [table.set, table.publicEntity, table.entity] : [];
  }

  commonHeaders(): Record<string, string> {
    return { 'ms-dyn-aid': randomUUID(), 'x-ms-request-id': randomUUID() };
  }

  badQuery(message: string): Answer {
    return innerError(
      400,
      `The query specified in the URI is not valid. ${message}`,
      'Microsoft.OData.ODataException',
    );
  }

  unauthorized(): Answer {
    return {
      status: 401,
      headers: {
        'WWW-Authenticate': 'Bearer authorization_uri="https://login.windows.net/common"',
        'Content-Type': 'text/html',
      },
      body: '<!DOCTYPE html><html><body>401 - Unauthorized</body></html>',
    };
  }

  limited(_kind: LimitKind, retryAfterSeconds: number): Answer {
    return busy(retryAfterSeconds);
  }

  failing(status: number, retryAfterSeconds: number | undefined): Answer {
    if (status === 429) return busy(retryAfterSeconds ?? 12);
    if (status === 401) return this.unauthorized();
    // What answers in front of the application answers in HTML.
    const answer: Answer =
      status >= 502 && status <= 504
        ? {
            status,
            headers: { 'Content-Type': 'text/html' },
            body: `<html><head><title>${status}</title></head><body>The service is unavailable.</body></html>`,
          }
        : innerError(status, 'An unexpected error occurred.', 'System.Exception');
    return retryAfterSeconds === undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, 'Retry-After': String(retryAfterSeconds) } };
  }

  notServed(path: string): Answer {
    const leftOut = LEFT_OUT.find(([pattern]) => pattern.test(path));
    if (leftOut)
      return innerError(501, `The sandbox does not serve ${leftOut[1]}.`, 'System.NotImplementedException');
    return innerError(404, `Resource not found for the segment '${path}'.`, 'Microsoft.OData.ODataException');
  }

  private serviceDocument(request: ODataRequest): Answer {
    const sets = this.context.catalog.all().map(({ set }) => ({ name: set, kind: 'EntitySet', url: set }));
    return {
      status: 200,
      headers: JSON_HEADERS,
      body: JSON.stringify({ '@odata.context': `${request.root}/$metadata`, value: sets }),
    };
  }

  private csdl(): Answer {
    const { catalog } = this.context;
    if (this.metadata.revision !== catalog.revision)
      this.metadata = { revision: catalog.revision, text: foCsdl(catalog.all()) };
    return {
      status: 200,
      headers: { 'Content-Type': 'application/xml', 'OData-Version': '4.0' },
      body: this.metadata.text,
    };
  }

  private set(table: FoTable, next: Segment | undefined, request: ODataRequest, unit: Transaction): Answer {
    if (next?.name === '$count' && request.method === 'GET') return countSet(this.context, table, request);
    if (next) return notFound(`Resource not found for the segment '${next.name}'.`);
    if (request.method === 'GET') return readSet(this.context, table, request);
    if (request.method === 'POST') return createEntity(this.context, unit, table, request);
    return methodNotAllowed(request);
  }

  private entity(
    table: FoTable,
    segments: readonly Segment[],
    request: ODataRequest,
    unit: Transaction,
  ): Answer {
    const row = findEntity(this.context, table, segments[0]?.key ?? [], request);
    const [, property] = segments;
    if (property) {
      const field = table.byName.get(property.name);
      if (!field || request.method !== 'GET') return notServed(`${request.method} on a property`);
      const cell = row.cells[field.name];
      const value = cell === undefined ? field.emptyJson : writeCell(field, cell);
      return {
        status: 200,
        headers: JSON_HEADERS,
        body: `{"@odata.context":"${request.root}/$metadata#Edm","value":${value}}`,
      };
    }
    switch (request.method) {
      case 'GET':
        return readEntity(this.context, table, row, request);
      case 'PATCH':
      case 'PUT':
        return updateEntity(this.context, unit, table, row, request);
      case 'DELETE':
        return deleteEntity(this.context, unit, table, row, request);
      default:
        return methodNotAllowed(request);
    }
  }
}

function methodNotAllowed(request: ODataRequest): Answer {
  return innerError(
    405,
    `The requested resource does not support http method '${request.method}'.`,
    'System.NotSupportedException',
  );
}
