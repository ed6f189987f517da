import { DependencyRefused } from '@dualwrite/telemetry';
import { readBatch } from './batch-reader';
import { changeSetReply, changeSetRequest, type ChangeSetPart, type ChangeSetReply } from './change-set';
import { classifyFo, isUnexplainedRefusal } from './classify-fo';
import { FO_ERRORS } from './errors/fo-errors';
import type { CallBudgets } from './budgets/call-budgets';
import type { HttpOutcome, HttpReply } from './http-outcome';
import { isObject, stringifyLossless, textOf, tryParse, type JsonObject } from './lossless';
import { encodeExpression } from './odata-literal';
import { readFailure } from './read-failure';
import { jsonOf, readWith, rowsOf } from './read-json';
import type { SideHttp, SideRequest } from './side-http';
import type { SideFailure } from './side-failure';
import type { WriteReply } from './write-reply';

export interface FoQuery {
  readonly entitySet: string;
  /** Key columns must be named, too: F&O does not add them by itself. */
  readonly select: readonly string[];
}

/** One row's part of a change set. */
export type FoPart = FoQuery & { readonly keyPredicate: string } & (
    | { readonly kind: 'create'; readonly body: JsonObject }
    | { readonly kind: 'update'; readonly version: string; readonly body: JsonObject }
    | { readonly kind: 'delete'; readonly version: string }
  );

export interface FoPage {
  readonly rows: readonly JsonObject[];
  /** More of the answer, on our own host. */
  readonly nextLink: string | null;
}

/** Without it a call sees the calling user's default company only, and says so by nothing but absence. */
const ALL_COMPANIES = 'cross-company=true';
const HEADERS = {
  accept: 'application/json;odata.metadata=minimal',
  'odata-version': '4.0',
  'odata-maxversion': '4.0',
};
const SESSION_INFO = 'UserSessionService/AifUserSessionService/GetUserSessionInfo';
const JSON_BODY = { 'content-type': 'application/json;odata.metadata=minimal;charset=utf-8' };

/** `'0,0'`: a row's own record version is never 0. */
const VERSION_OF_NO_ROW = 'W/"JzAsMCc="';

/** F&O's OData endpoint, as far as rows go. Reads throw when they fail for good; writes say what came of them. */
export class FoClient {
  constructor(private readonly http: SideHttp) {}

  /** The same for requests that nobody waits for. */
  get bulk(): FoClient {
    return new FoClient(this.http.bulk);
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

  async metadata(): Promise<string> {
    return (await this.get('$metadata', { accept: 'application/xml' })).body;
  }

  /** An entity as the metadata service tells it, days told from moments; undefined: it does not know the entity. */
  async publicEntity(name: string): Promise<JsonObject | undefined> {
    const url = `${new URL(this.http.baseUrl).origin}/metadata/PublicEntities('${encodeURIComponent(name)}')`;
    const reply = await this.read({ method: 'GET', url, headers: HEADERS });
    if (!('failure' in reply)) return jsonOf(reply, 'PublicEntities');
    if (reply.failure.kind === 'not-found') return undefined;
    throw readFailure(reply.failure, 'PublicEntities');
  }

  /**
   * The environment's own id where this installation tells one: `EnvironmentId` of the session's info. No standard F&O
   * does; one line of X++ adds it.
   */
  async environmentId(): Promise<string | undefined> {
    const url = `${new URL(this.http.baseUrl).origin}/api/services/${SESSION_INFO}`;
    const request: SideRequest = { method: 'POST', url, headers: { ...HEADERS, ...JSON_BODY } };
    // It reads only, so it may be repeated like any read.
    const reply = await this.read(request);
    if ('failure' in reply) throw readFailure(reply.failure, 'GetUserSessionInfo');
    return textOf(tryParse(reply.body), 'EnvironmentId');
  }

  /** `10.0.41`; undefined: it does not say. */
  async applicationVersion(): Promise<string | undefined> {
    const url = 'DataManagementEntities/Microsoft.Dynamics.DataEntities.GetApplicationVersion';
    // It reads only, so it may be repeated like any read.
    const reply = await this.read({ method: 'POST', url, headers: { ...HEADERS, ...JSON_BODY }, body: '{}' });
    if ('failure' in reply) return undefined;
    const answer = jsonOf(reply, 'GetApplicationVersion');
    // Samples show the value in itself; the declared type is text.
    return textOf(answer, 'value') ?? textOf(answer['value'], 'value');
  }

  /** One page; a server pages by itself, so `nextLink` may be there although `top` is not reached. */
  page(
    { entitySet, select }: FoQuery,
    options: { readonly filter?: string; readonly orderBy?: string; readonly top?: number },
  ): Promise<FoPage> {
    const query = [`${ALL_COMPANIES}&$select=${select.join(',')}`];
    if (options.filter !== undefined) query.push(`$filter=${encodeExpression(options.filter)}`);
    if (options.orderBy !== undefined) query.push(`$orderby=${encodeExpression(options.orderBy)}`);
    if (options.top !== undefined) query.push(`$top=${options.top}`);
    return this.fetchPage(`${entitySet}?${query.join('&')}`);
  }

  followPage(link: string): Promise<FoPage> {
    return this.fetchPage(link);
  }

  /** @returns the number of rows of all companies, or of those that `filter` names */
  async count(entitySet: string, filter?: string): Promise<number> {
    const restriction = filter === undefined ? '' : `&$filter=${encodeExpression(filter)}`;
    const { body } = await this.get(`${entitySet}/$count?${ALL_COMPANIES}${restriction}`, {});
    const count = Number(body.replace(/^\uFEFF/, '').trim());
    if (!Number.isSafeInteger(count)) throw new DependencyRefused(`${entitySet}/$count is not a number`);
    return count;
  }

  /**
   * No code tells a duplicate, only a text in the language of our user there: a refusal that the text does not explain
   * is explained by a look whether the row is there.
   *
   * @param keyPredicate the row in brackets
   */
  async create({ entitySet, select }: FoQuery, keyPredicate: string, body: JsonObject): Promise<WriteReply> {
    const outcome = await this.http.send({
      method: 'POST',
      url: `${entitySet}?${ALL_COMPANIES}`,
      headers: { ...HEADERS, ...JSON_BODY },
      body: stringifyLossless(body),
    });
    const failure = classifyFo(outcome, { operation: 'create' });
    if (failure === null) return { kind: 'done', row: shownBy(outcome as HttpReply) };
    if (failure.kind !== 'rejected' || !isUnexplainedRefusal(failure)) return failure;
    const url = `${entitySet}${keyPredicate}?${ALL_COMPANIES}&$select=${select.join(',')}`;
    const found = await this.read({ method: 'GET', url, headers: HEADERS });
    // Where the look fails the refusal stands: it is true in any case.
    if ('failure' in found) return failure;
    const { code, text } = failure;
    return { kind: 'duplicate', key: 'primary', code, text, error: FO_ERRORS.duplicate.code };
  }

  /**
   * A PATCH answers 204 without body and without ETag. So it goes as a change set with a GET behind it in one batch:
   * the row that comes back is not older than the effect (rule 10).
   *
   * @param keyPredicate the row in brackets: `(dataAreaId='usmf',CustomerAccount='US-001')`
   */
  async update(row: FoQuery, keyPredicate: string, version: string, body: JsonObject): Promise<WriteReply> {
    const part = this.requestsOf({ ...row, keyPredicate, kind: 'update', version, body });
    const outcome = await this.http.send(changeSetRequest([part], HEADERS));
    return this.updateReply(outcome, version);
  }

  /**
   * Sends a change of nothing that expects a version which no row has. `unclear`: the answer says neither that it was
   * refused for that, nor that it was taken.
   *
   * @param row `SET(KEY)`, made for this and of no business
   */
  async refusesOldVersion(row: string): Promise<'refused' | 'taken' | 'unclear'> {
    const outcome = await this.http.send({
      method: 'PATCH',
      url: `${row}?${ALL_COMPANIES}`,
      headers: { ...HEADERS, ...JSON_BODY, 'if-match': VERSION_OF_NO_ROW },
      body: '{}',
    });
    const failure = classifyFo(outcome, { operation: 'update' });
    if (failure === null) return 'taken';
    return failure.kind === 'precondition-failed' ? 'refused' : 'unclear';
  }

  async remove(entitySet: string, keyPredicate: string, version: string): Promise<WriteReply> {
    const outcome = await this.http.send({
      method: 'DELETE',
      url: `${entitySet}${keyPredicate}?${ALL_COMPANIES}`,
      headers: { ...HEADERS, 'if-match': version },
    });
    const failure = classifyFo(outcome, { operation: 'delete' });
    return failure ?? { kind: 'done', row: null };
  }

  /** All of them in one transaction, or none. */
  async together(parts: readonly FoPart[]): Promise<ChangeSetReply> {
    const requests = parts.map((part) => this.requestsOf(part));
    const outcome = await this.http.send(changeSetRequest(requests, HEADERS));
    return changeSetReply(requests, outcome, (reply) => classifyFo(reply, { operation: 'update' }));
  }

  private requestsOf(part: FoPart): ChangeSetPart {
    const { entitySet, keyPredicate, select } = part;
    const url = `${this.http.baseUrl}/${entitySet}${keyPredicate}?${ALL_COMPANIES}`;
    const read = { method: 'GET', url: `${url}&$select=${select.join(',')}`, headers: HEADERS } as const;
    switch (part.kind) {
      case 'create': {
        const set = `${this.http.baseUrl}/${entitySet}?${ALL_COMPANIES}`;
        const body = stringifyLossless(part.body);
        return { write: { method: 'POST', url: set, headers: JSON_BODY, body }, read };
      }
      case 'update': {
        const headers = { ...JSON_BODY, 'if-match': part.version };
        return { write: { method: 'PATCH', url, headers, body: stringifyLossless(part.body) }, read };
      }
      case 'delete':
        return { write: { method: 'DELETE', url, headers: { 'if-match': part.version } }, read: null };
    }
  }

  /** The outer 200 says nothing: the parts decide. A row that the second part does not show is read by the caller. */
  private updateReply(outcome: HttpOutcome, version: string): WriteReply {
    const refused = classifyFo(outcome, { operation: 'update' });
    if (refused !== null) {
      // The batch's own address is always there: a 404 here is a gateway's.
      return refused.kind === 'not-found'
        ? { kind: 'rejected', code: '404', text: 'no $batch at this address' }
        : refused;
    }
    const { headers, body } = outcome as HttpReply;
    const replies = repliesOf(headers['content-type'] ?? '', body);
    const [patched, shown] = replies ?? [];
    if (patched === undefined)
      return { kind: 'lost', text: 'the batch was answered with something that cannot be read' };
    const failure = classifyFo(patched, { operation: 'update' });
    const row = shown !== undefined && shown.status === 200 ? shownBy(shown) : undefined;
    if (failure === null) return { kind: 'done', row };
    // A conflict that is told in another language: the row behind it has another version than the one expected.
    const now = textOf(row, '@odata.etag');
    if (isUnexplainedRefusal(failure) && now !== undefined && version !== '*' && now !== version)
      return { kind: 'precondition-failed', error: FO_ERRORS.updateConflict.code };
    return failure;
  }

  private async fetchPage(url: string): Promise<FoPage> {
    const list = jsonOf(await this.get(url, {}), 'page');
    const nextLink = textOf(list, '@odata.nextLink');
    return { rows: rowsOf(list, 'page'), nextLink: nextLink === undefined ? null : this.ownLink(nextLink) };
  }

  private ownLink(link: string): string {
    const own = this.http.onOurHost(link);
    // The server may forget it in its own link.
    return /[?&]cross-company=/i.test(own) ? own : `${own}${own.includes('?') ? '&' : '?'}${ALL_COMPANIES}`;
  }

  private async get(url: string, headers: Readonly<Record<string, string>>): Promise<HttpReply> {
    const reply = await this.read({ method: 'GET', url, headers: { ...HEADERS, ...headers } });
    if ('failure' in reply) throw readFailure(reply.failure, url.slice(0, 80));
    return reply;
  }

  private read(request: SideRequest): Promise<HttpReply | { readonly failure: SideFailure }> {
    const classify = (outcome: HttpOutcome): SideFailure | null => classifyFo(outcome, { operation: 'read' });
    return readWith(() => this.http.send(request), classify);
  }
}

function shownBy(reply: HttpReply): JsonObject | undefined {
  const row = tryParse(reply.body);
  return isObject(row) ? row : undefined;
}

function repliesOf(contentType: string, body: string): HttpReply[] | undefined {
  try {
    return readBatch(contentType, body).flatMap((answer) =>
      answer.kind === 'single' ? [answer.reply] : answer.replies,
    );
  } catch {
    // A cut or foreign body does not tell whether the patch took effect; the caller reports it as lost.
    return undefined;
  }
}
