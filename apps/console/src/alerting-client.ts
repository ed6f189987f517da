import { HttpException } from '@nestjs/common';
import type { InternalClient } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import { problem } from './problems';

/** The journal's API, kept by alerting. */
export class AlertingClient {
  constructor(private readonly alerting: InternalClient) {}

  async get(path: string, query: Readonly<Record<string, string | undefined>>): Promise<unknown> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
    try {
      return await this.alerting.request(`/api/v1/${path}?${search}`);
    } catch (error) {
      // What the caller asked wrongly is his to mend; anything else is between the two services.
      const asked = error instanceof DependencyRefused ? error.details['problem'] : undefined;
      if (error instanceof DependencyRefused && error.details['status'] === 400 && isObject(asked)) {
        throw new HttpException(asked, 400);
      }
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('console.journal_unavailable', { error });
      throw problem(503, 'journal-unavailable', 'The journal does not answer', {
        detail: 'alerting is not reachable; it may be starting. Try again in a moment.',
      });
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
