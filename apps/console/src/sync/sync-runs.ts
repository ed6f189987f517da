import type { MapCounts, Side } from '@dualwrite/events';
import type { InternalClient } from '@dualwrite/service';
import { DependencyUnavailable, log } from '@dualwrite/telemetry';
import { problem } from '../problems';

/** One table of a run, as initial-sync tells it. */
export interface RunTable {
  readonly side: Side;
  readonly table: string;
  readonly company: string;
  readonly state: string;
  readonly read: number;
  readonly total: number | null;
  readonly ratePerSecond: number;
  readonly secondsLeft: { readonly low: number; readonly high: number } | null;
  readonly chunks: number;
  readonly error: string | null;
}

export interface Run {
  readonly id: string;
  readonly map: string;
  readonly baseline: number;
  readonly state: string;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly read: Readonly<Record<Side, number>>;
  readonly tables: readonly RunTable[];
}

/** A run, and what has become of the rows so far by the map's books. */
export interface RunWithBooks extends Run {
  readonly books: Omit<MapCounts, 'examined' | 'open'> | null;
}

export interface RunSources {
  readonly initialSync: InternalClient;
  books(): Promise<ReadonlyMap<string, NonNullable<RunWithBooks['books']>>>;
}

/** How far first syncs are: the newest run of each map, and all that are under way. */
export class SyncRuns {
  constructor(private readonly sources: RunSources) {}

  async list(map: string | undefined): Promise<readonly RunWithBooks[]> {
    const runs = await this.runs(map);
    const books = await this.sources.books();
    return runs.map((run) => ({ ...run, books: books.get(run.map) ?? null }));
  }

  private async runs(map: string | undefined): Promise<readonly Run[]> {
    const query = map === undefined ? '' : `?map=${encodeURIComponent(map)}`;
    try {
      const { runs } = await this.sources.initialSync.request<{ runs: readonly Run[] }>(
        `/api/v1/runs${query}`,
      );
      return runs;
    } catch (error) {
      if (!(error instanceof DependencyUnavailable)) throw error;
      log.warn('console.initial_sync_unavailable', { error });
      throw problem(503, 'initial-sync-unavailable', 'initial-sync does not answer', {
        detail: 'It is not reachable; it may be starting. Runs go on by themselves. Try again in a moment.',
      });
    }
  }
}
