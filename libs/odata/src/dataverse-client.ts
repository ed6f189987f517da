import { DependencyRefused } from '@dualwrite/telemetry';
import { changeSetReply, changeSetRequest, type ChangeSetPart, type ChangeSetReply } from './change-set';
import { classifyDataverse, DELTA_EXPIRED, type DataverseAsked } from './classify-dataverse';
import type { CallBudgets } from './budgets/call-budgets';
import type { HttpOutcome, HttpReply } from './http-outcome';
import { isObject, stringifyLossless, textOf, tryParse, type JsonObject } from './lossless';
import { encodeExpression } from './odata-literal';
import { readFailure } from './read-failure';
import { jsonOf, readWith, rowsOf } from './read-json';
import type { SideHttp, SideRequest } from './side-http';
import type { SideFailure } from './side-failure';
import type { WriteReply } from './write-reply';

export interface DataversePage {
  readonly rows: readonly JsonObject[];
  /** Ids that the feed says are deleted; lower case. */
  readonly deleted: readonly string[];
  /** More of this round. */
  readonly nextLink: string | null;
  /** The round is complete; the next one begins here. */
  readonly deltaLink: string | null;
}

export interface DataverseQuery {
  readonly entitySet: string;
  /** Names of the wire (`_x_value` for a lookup); the primary id and the etag always come with them. */
  readonly select: readonly string[];
  /** Among them is a lookup that may point at several tables: rows say which. */
  readonly tellsTargets?: boolean;
}

/** One row's part of a change set. */
export type DataversePart = DataverseQuery & { readonly id: string } & (
    | { readonly kind: 'create'; readonly body: JsonObject }
    | { readonly kind: 'update'; readonly version: string; readonly body: JsonObject }
    | { readonly kind: 'delete'; readonly version: string }
  );

const TARGETS = 'odata.include-annotations="Microsoft.Dynamics.CRM.lookuplogicalname"';

const VERSION_HEADERS = { 'odata-version': '4.0', 'odata-maxversion': '4.0' };
/** `null` is the word that the vendor asks for on reads, against caches; it is no ETag. */
const READ_HEADERS = { ...VERSION_HEADERS, 'if-none-match': 'null' };
const WRITE_HEADERS = {
  ...VERSION_HEADERS,
  'content-type': 'application/json; charset=utf-8',
  prefer: 'return=representation',
};
/** No such action on this table: an unknown segment of the address, a wrong verb, or said outright. */
const NOT_OFFERED: ReadonlySet<string> = new Set(['0x80060888', '0x80048d1a', '405', '501']);
const COUNT_PAGE_ROW_COUNT = 5_000;

/** The Dataverse Web API, as far as rows go. Reads throw when they fail for good; writes say what came of them. */
export class DataverseClient {
  constructor(private readonly http: SideHttp) {}

  /** The same for requests that nobody waits for. */
  get bulk(): DataverseClient {
    return new DataverseClient(this.http.bulk);
  }

  get budgets(): CallBudgets {
    return this.http.budgets;
  }

  get tokenRenewedAtMs(): number | null {
    return this.http.tokenRenewedAtMs;
  }

  get requestDeadlineMs(): number {
    return this.http.requestDeadlineMs;
  }

  isDoubtful(silenceMsMax: number | null): boolean {
    return this.http.isDoubtful(silenceMsMax);
  }

  /** Id of the organization: another one means another environment. */
  async organizationId(): Promise<string> {
    const answer = jsonOf(await this.get('WhoAmI', {}), 'WhoAmI');
    const id = textOf(answer, 'OrganizationId');
    if (id === undefined) throw new DependencyRefused('WhoAmI does not name an organization');
    return id.toLowerCase();
  }

  async metadata(): Promise<string> {
    return (await this.get('$metadata', { accept: 'application/xml' })).body;
  }

  /** The columns as the metadata service tells them, with lengths and digits, which `$metadata` leaves out. */
  async attributes(table: string): Promise<JsonObject> {
    return jsonOf(await this.get(`EntityDefinitions(LogicalName='${table}')/Attributes`, {}), 'attributes');
  }

  /** Does the table honour `If-Match`? A table that does not say so does. */
  async hasOptimisticConcurrency(table: string): Promise<boolean> {
    const url = `EntityDefinitions(LogicalName='${table}')?$select=IsOptimisticConcurrencyEnabled`;
    return jsonOf(await this.get(url, {}), 'definition')['IsOptimisticConcurrencyEnabled'] !== false;
  }

  /** What a table is called in addresses, and whether its changes can be tracked; null: there is no such table. */
  async trackedTable(
    logicalName: string,
  ): Promise<{ readonly entitySet: string; readonly isTracked: boolean } | null> {
    const url = `EntityDefinitions(LogicalName='${logicalName}')?$select=EntitySetName,ChangeTrackingEnabled`;
    const reply = await this.read(url, {}, { operation: 'read' });
    if ('failure' in reply) {
      if (reply.failure.kind === 'not-found') return null;
      throw readFailure(reply.failure, logicalName);
    }
    const definition = jsonOf(reply, logicalName);
    const entitySet = textOf(definition, 'EntitySetName');
    if (entitySet === undefined) throw new DependencyRefused(`${logicalName} has no EntitySetName`);
    return { entitySet, isTracked: definition['ChangeTrackingEnabled'] === true };
  }

  async findById(
    { entitySet, select, tellsTargets }: DataverseQuery,
    id: string,
  ): Promise<JsonObject | null> {
    const url = `${entitySet}(${id})?$select=${select.join(',')}`;
    const headers: Readonly<Record<string, string>> = tellsTargets ? { prefer: TARGETS } : {};
    const reply = await this.read(url, headers, { operation: 'read', rowId: id });
    if ('failure' in reply) {
      if (reply.failure.kind === 'not-found') return null;
      throw readFailure(reply.failure, entitySet);
    }
    return jsonOf(reply, entitySet);
  }

  /** One page in the order of `orderBy`, or of `filter`; further pages by {@link followPage}. */
  async page(
    query: DataverseQuery,
    options: { readonly orderBy?: string; readonly filter?: string; readonly pageRowCountMax: number },
  ): Promise<DataversePage> {
    const filter = options.filter === undefined ? '' : `&$filter=${encodeExpression(options.filter)}`;
    const order = options.orderBy === undefined ? '' : `&$orderby=${options.orderBy}`;
    const url = `${query.entitySet}?$select=${query.select.join(',')}${filter}${order}`;
    return this.fetchPage(url, preferOf(query, `odata.maxpagesize=${options.pageRowCountMax}`));
  }

  /** `link` as it came, byte for byte: its cookie is encoded twice. The same `Prefer` goes with it. */
  followPage(
    link: string,
    pageRowCountMax: number,
    query: Pick<DataverseQuery, 'tellsTargets'> = {},
  ): Promise<DataversePage> {
    return this.fetchPage(this.http.onOurHost(link), preferOf(query, `odata.maxpagesize=${pageRowCountMax}`));
  }

  /** Begins to track a table: all rows, then a delta link. */
  trackChanges(query: DataverseQuery, pageRowCountMax: number): Promise<DataversePage> {
    const url = `${query.entitySet}?$select=${query.select.join(',')}`;
    return this.fetchPage(url, preferOf(query, trackingPrefer(pageRowCountMax)));
  }

  /** Follows a next or delta link of tracking; `expired`: the link is too old, read everything again. */
  async followChanges(
    link: string,
    pageRowCountMax: number,
    query: Pick<DataverseQuery, 'tellsTargets'> = {},
  ): Promise<DataversePage | 'expired'> {
    const reply = await this.read(
      this.http.onOurHost(link),
      { prefer: preferOf(query, trackingPrefer(pageRowCountMax)) },
      { operation: 'read' },
    );
    if (!('failure' in reply)) return pageOf(jsonOf(reply, 'delta'));
    const { failure } = reply;
    if (failure.kind === 'rejected' && failure.code === DELTA_EXPIRED) return 'expired';
    throw readFailure(failure, 'delta');
  }

  /** By paging: `$count` stops at 5,000. */
  async count(entitySet: string, primaryId: string, filter?: string): Promise<number> {
    let count = 0;
    const limits = { pageRowCountMax: COUNT_PAGE_ROW_COUNT, ...(filter === undefined ? {} : { filter }) };
    let page = await this.page({ entitySet, select: [primaryId] }, limits);
    for (;;) {
      count += page.rows.length;
      if (page.nextLink === null) return count;
      page = await this.followPage(page.nextLink, COUNT_PAGE_ROW_COUNT);
    }
  }

  /** Under an id of ours, and only if there is none: a repeated create is refused by the side itself. */
  create(
    { entitySet, select, tellsTargets }: DataverseQuery,
    id: string,
    body: JsonObject,
  ): Promise<WriteReply> {
    return this.write(
      {
        method: 'PATCH',
        url: `${entitySet}(${id})?$select=${select.join(',')}`,
        headers: { ...writeHeaders({ tellsTargets }), 'if-none-match': '*' },
        body: stringifyLossless(body),
      },
      { operation: 'create', rowId: id },
    );
  }

  /**
   * All rows or none, in one transaction; the answer names no row that was refused. Counts as one request, and as one
   * per row for the daily entitlement.
   *
   * @param rows with their ids
   */
  async createMultiple(
    entitySet: string,
    logicalName: string,
    rows: readonly JsonObject[],
  ): Promise<{ readonly kind: 'done' } | { readonly kind: 'not-offered' } | SideFailure> {
    const targets = rows.map((row) => ({ '@odata.type': `Microsoft.Dynamics.CRM.${logicalName}`, ...row }));
    const outcome = await this.http.send({
      method: 'POST',
      url: `${entitySet}/Microsoft.Dynamics.CRM.CreateMultiple`,
      headers: { ...VERSION_HEADERS, 'content-type': 'application/json; charset=utf-8' },
      body: stringifyLossless({ Targets: targets }),
      rowCount: rows.length,
    });
    const failure = classifyDataverse(outcome, { operation: 'create' });
    if (failure === null) return { kind: 'done' };
    const isUnknown = failure.kind === 'rejected' && NOT_OFFERED.has(failure.code);
    return isUnknown ? { kind: 'not-offered' } : failure;
  }

  update(
    { entitySet, select, tellsTargets }: DataverseQuery,
    id: string,
    version: string,
    body: JsonObject,
  ): Promise<WriteReply> {
    return this.write(
      {
        method: 'PATCH',
        url: `${entitySet}(${id})?$select=${select.join(',')}`,
        headers: { ...writeHeaders({ tellsTargets }), 'if-match': version },
        body: stringifyLossless(body),
      },
      { operation: 'update', rowId: id },
    );
  }

  /** All of them in one transaction, or none. */
  async together(parts: readonly DataversePart[]): Promise<ChangeSetReply> {
    const requests = parts.map((part) => this.requestsOf(part));
    const request = changeSetRequest(requests, VERSION_HEADERS);
    const outcome = await this.http.send({ ...request, rowCount: parts.length });
    return changeSetReply(requests, outcome, (reply) => classifyDataverse(reply, { operation: 'update' }));
  }

  private requestsOf(part: DataversePart): ChangeSetPart {
    const { entitySet, id, select, tellsTargets } = part;
    const url = `${this.http.baseUrl}/${entitySet}(${id})`;
    // A change set answers without representations; a row of it is asked for behind it.
    const asked = tellsTargets ? { ...READ_HEADERS, prefer: TARGETS } : READ_HEADERS;
    const read = { method: 'GET', url: `${url}?$select=${select.join(',')}`, headers: asked } as const;
    if (part.kind === 'delete')
      return { write: { method: 'DELETE', url, headers: { 'if-match': part.version } }, read: null };
    const condition: Readonly<Record<string, string>> =
      part.kind === 'create' ? { 'if-none-match': '*' } : { 'if-match': part.version };
    const headers = { 'content-type': 'application/json; charset=utf-8', ...condition };
    return { write: { method: 'PATCH', url, headers, body: stringifyLossless(part.body) }, read };
  }

  async remove(entitySet: string, id: string, version: string): Promise<WriteReply> {
    const request: SideRequest = {
      method: 'DELETE',
      url: `${entitySet}(${id})`,
      headers: { ...VERSION_HEADERS, 'if-match': version },
    };
    const reply = await this.write(request, { operation: 'delete', rowId: id });
    return reply.kind === 'done' ? { kind: 'done', row: null } : reply;
  }

  private async write(request: SideRequest, asked: DataverseAsked): Promise<WriteReply> {
    const outcome = await this.http.send(request);
    const failure = classifyDataverse(outcome, asked);
    if (failure !== null) return failure;
    // It went well, and a 204 or a body that was cut off in between shows no row: then it is read.
    const body = tryParse((outcome as HttpReply).body);
    return { kind: 'done', row: isObject(body) ? body : undefined };
  }

  private async fetchPage(url: string, prefer: string): Promise<DataversePage> {
    return pageOf(jsonOf(await this.get(url, { prefer }), 'page'));
  }

  private async get(url: string, headers: Readonly<Record<string, string>>): Promise<HttpReply> {
    const reply = await this.read(url, headers, { operation: 'read' });
    if ('failure' in reply) throw readFailure(reply.failure, url.slice(0, 80));
    return reply;
  }

  private read(
    url: string,
    headers: Readonly<Record<string, string>>,
    asked: DataverseAsked,
  ): Promise<HttpReply | { readonly failure: SideFailure }> {
    const request: SideRequest = { method: 'GET', url, headers: { ...READ_HEADERS, ...headers } };
    const classify = (outcome: HttpOutcome): SideFailure | null => classifyDataverse(outcome, asked);
    return readWith(() => this.http.send(request), classify);
  }
}

/** What a caller prefers, with the tables that lookups point at where the query wants them. */
function preferOf({ tellsTargets }: { readonly tellsTargets?: boolean | undefined }, prefer: string): string {
  return tellsTargets ? `${prefer},${TARGETS}` : prefer;
}

function writeHeaders(query: {
  readonly tellsTargets?: boolean | undefined;
}): Readonly<Record<string, string>> {
  return { ...WRITE_HEADERS, prefer: preferOf(query, WRITE_HEADERS.prefer) };
}

function trackingPrefer(pageRowCountMax: number): string {
  return `odata.track-changes,odata.maxpagesize=${pageRowCountMax}`;
}

function pageOf(list: JsonObject): DataversePage {
  const all = rowsOf(list, 'page');
  return {
    rows: all.filter((row) => !isDeleted(row)),
    deleted: all.filter(isDeleted).map((row) => (textOf(row, 'id') ?? '').toLowerCase()),
    nextLink: textOf(list, '@odata.nextLink') ?? null,
    deltaLink: textOf(list, '@odata.deltaLink') ?? null,
  };
}

function isDeleted(row: JsonObject): boolean {
  return textOf(row, '@odata.context')?.endsWith('$deletedEntity') === true && 'id' in row;
}
