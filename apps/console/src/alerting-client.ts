import { HttpException } from '@nestjs/common';
import type { InternalClient, InternalRequest } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import { problem } from './problems';

/** What the caller asked wrongly is his to mend; any other refusal is between the two services. */
const CALLERS_STATUSES = [400, 404, 409, 422];

type Query = Readonly<Record<string, unknown>>;

/** The journal's API and that of alerts, kept by alerting. */
export class AlertingClient {
  constructor(
    private readonly alerting: InternalClient,
    private readonly place: { readonly url: string; readonly token: string },
  ) {}

  get(path: string, query: Query = {}): Promise<unknown> {
    return this.request(`${path}?${searchOf(query)}`);
  }

  async request(path: string, request: InternalRequest = {}): Promise<unknown> {
    try {
      return await this.alerting.request(`/api/v1/${path}`, request);
    } catch (error) {
      const asked = error instanceof DependencyRefused ? error.details['problem'] : undefined;
      const status = error instanceof DependencyRefused ? Number(error.details['status']) : 0;
      if (CALLERS_STATUSES.includes(status) && isObject(asked)) throw new HttpException(asked, status);
      if (!(error instanceof DependencyUnavailable)) throw error;
      throw unavailable(error);
    }
  }

  /** An answer that goes on: server-sent events. The caller passes it through as it comes. */
  async stream(
    path: string,
    { query, headers, signal }: { query: Query; headers: Record<string, string>; signal: AbortSignal },
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.place.url.replace(/\/+$/, '')}/api/v1/${path}?${searchOf(query)}`, {
        headers: { ...headers, authorization: `Bearer ${this.place.token}`, accept: 'text/event-stream' },
        signal,
      });
    } catch (error) {
      throw unavailable(error);
    }
    if (response.ok) return response;
    const asked: unknown = await response.json().catch(() => undefined);
    if (CALLERS_STATUSES.includes(response.status) && isObject(asked)) {
      throw new HttpException(asked, response.status);
    }
    throw unavailable(new DependencyUnavailable(`GET ${path}: ${response.status}`));
  }
}

function searchOf(query: Query): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) search.append(name, String(one));
    }
  }
  return search;
}

function unavailable(error: unknown): Error {
  log.warn('console.journal_unavailable', { error });
  return problem(503, 'journal-unavailable', 'The journal does not answer', {
    detail: 'alerting is not reachable; it may be starting. Try again in a moment.',
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
