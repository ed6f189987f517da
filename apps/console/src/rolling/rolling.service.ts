import type { RollingMapAnswer, RollingMapDocument } from './rolling-documents';
import type { RollingMap, RollingStore } from './rolling-store';

const DIFFERENCE_COUNT_MAX = 1_000;

/** What people see of the rolling verify, and its budget. */
export class RollingService {
  /** @param rowsPerMinute of maps that say nothing of their own */
  constructor(
    private readonly store: RollingStore,
    private readonly rowsPerMinute: number,
  ) {}

  async list(maps: readonly string[]): Promise<RollingMapDocument[]> {
    const [known, counts] = [await this.store.maps(), await this.store.counts()];
    return maps.map((map) => this.document(map, known.get(map), counts.get(map)));
  }

  async get(map: string): Promise<RollingMapAnswer> {
    const [document] = await this.list([map]);
    const differences = await this.store.standing(map, DIFFERENCE_COUNT_MAX);
    return { ...(document ?? this.document(map, undefined, undefined)), differences: [...differences] };
  }

  async setRate(map: string, rowsPerMinute: number | null): Promise<RollingMapDocument> {
    await this.store.setRate(map, rowsPerMinute);
    return this.document(map, (await this.store.maps()).get(map), (await this.store.counts()).get(map));
  }

  private document(
    map: string,
    known: RollingMap | undefined,
    counts: { readonly all: number; readonly unexplained: number } | undefined,
  ): RollingMapDocument {
    const { at, last = null, rowsPerMinute = null } = known ?? {};
    const time = (ms: number): string => new Date(ms).toISOString();
    return {
      map,
      rowsPerMinute: rowsPerMinute ?? this.rowsPerMinute,
      isOwn: rowsPerMinute !== null,
      round: at ? { startedAt: time(at.startedAtMs), side: at.side, rowCount: at.rowCount } : null,
      lastRound: last && {
        startedAt: time(last.startedAtMs),
        endedAt: time(last.endedAtMs),
        rowCount: last.rowCount,
        differenceCount: last.differenceCount,
      },
      differenceCount: counts?.all ?? 0,
      unexplainedCount: counts?.unexplained ?? 0,
    };
  }
}
