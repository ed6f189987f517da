import { classifyDataverse } from './classify-dataverse';
import type { HttpOutcome, HttpReply } from './http-outcome';
import { stringifyLossless, type JsonObject } from './lossless';
import { readFailure } from './read-failure';
import { jsonOf, readWith, rowsOf } from './read-json';
import type { SideHttp, SideRequest } from './side-http';
import type { SideFailure } from './side-failure';

const VERSION_HEADERS = { 'odata-version': '4.0', 'odata-maxversion': '4.0' };
const JSON_BODY = { ...VERSION_HEADERS, 'content-type': 'application/json; charset=utf-8' };
/** Labels in languages that we do not send stay as they are. */
const KEEPS_LABELS = { 'MSCRM.MergeLabels': 'true' };
/** Past the cache of definitions, which lives for half a minute: what was just made is to be seen. */
const FRESH = { ...VERSION_HEADERS, 'if-none-match': 'null', consistency: 'Strong' };

/**
 * Definitions and registrations of Dataverse, and nothing of its rows of business. Throws when a request fails for
 * good: a set-up act is seen by a person.
 */
export class DataverseMetadata {
  constructor(private readonly http: SideHttp) {}

  /** @returns null: there is nothing of that name */
  async find(url: string): Promise<JsonObject | null> {
    const reply = await this.read(url);
    if (!('failure' in reply)) return jsonOf(reply, url);
    if (reply.failure.kind === 'not-found') return null;
    throw readFailure(reply.failure, url.slice(0, 120));
  }

  /** The first page of a collection, which of definitions is all of it. */
  async list(url: string): Promise<readonly JsonObject[]> {
    const reply = await this.read(url);
    if ('failure' in reply) throw readFailure(reply.failure, url.slice(0, 120));
    return rowsOf(jsonOf(reply, url), url);
  }

  create(url: string, body: JsonObject): Promise<void> {
    return this.write({ method: 'POST', url, headers: JSON_BODY, body: stringifyLossless(body) });
  }

  /** Replaces a definition: what is left out of `body` falls back to its default. */
  replace(url: string, body: JsonObject): Promise<void> {
    const headers = { ...JSON_BODY, ...KEEPS_LABELS };
    return this.write({ method: 'PUT', url, headers, body: stringifyLossless(body) });
  }

  /** Changes a row that is there. */
  change(url: string, body: JsonObject): Promise<void> {
    const headers = { ...JSON_BODY, 'if-match': '*' };
    return this.write({ method: 'PATCH', url, headers, body: stringifyLossless(body) });
  }

  private async write(request: SideRequest): Promise<void> {
    const failure = classifyDataverse(await this.http.send(request), { operation: 'update' });
    if (failure !== null) throw readFailure(failure, `${request.method} ${request.url.slice(0, 120)}`);
  }

  private read(url: string): Promise<HttpReply | { readonly failure: SideFailure }> {
    return readWith(
      () => this.http.send({ method: 'GET', url, headers: FRESH }),
      (outcome: HttpOutcome) => classifyDataverse(outcome, { operation: 'read' }),
    );
  }
}
