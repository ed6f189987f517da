import { HttpException } from '@nestjs/common';
import type { InternalClient, InternalRequest } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable, log } from '@dualwrite/telemetry';
import { problem } from './problems';

/** Pairs, as the mapper keeps them. */
export class MapperClient {
  constructor(private readonly mapper: InternalClient) {}

  /** @param path below `/maps/NAME/` */
  ask<T>(map: string, path: string, request: InternalRequest = {}): Promise<T> {
    return this.request<T>(`/maps/${encodeURIComponent(map)}/${path}`, request);
  }

  /** Rows that are waited for, over all maps. */
  waits(question: Readonly<Record<string, string | undefined>>): Promise<unknown> {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(question)) if (value !== undefined) search.set(name, value);
    return this.request(`/waits?${search}`);
  }

  /** What is not of one map: groups of what is parked, and work on many pairs. @param path with its query */
  over<T>(path: string, request: InternalRequest = {}): Promise<T> {
    return this.request<T>(`/${path}`, request);
  }

  private async request<T>(path: string, request: InternalRequest = {}): Promise<T> {
    try {
      return await this.mapper.request<T>(path, request);
    } catch (error) {
      // A pair that is not there, a map that is not running: for the caller to mend; anything else is between the services.
      const said = error instanceof DependencyRefused ? error.details['problem'] : undefined;
      const status = error instanceof DependencyRefused ? error.details['status'] : undefined;
      if (typeof said === 'object' && said !== null && [400, 404, 409].includes(Number(status))) {
        throw new HttpException(said, Number(status));
      }
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('console.mapper_unavailable', { error });
      throw problem(503, 'mapper-unavailable', 'The mapper does not answer', {
        detail:
          'The mapper is not reachable; it may be starting. Nothing was changed. Try again in a moment.',
      });
    }
  }
}
