import { isObserved, mapperEpochOf, type MapRecord, type Write } from '@dualwrite/events';

interface UnderWay {
  readonly map: string;
  readonly runEpoch: number;
  readonly mapperEpoch: number;
  /** Set once the write has ended here, yet its request may still reach the side. */
  untilMs: number | null;
}

export interface Confirmable {
  readonly record: MapRecord;
  readonly confirmedRunEpoch: number;
}

/**
 * Which run of each map is in force, and what of older runs may still have an effect (rule 12). A replica confirms a
 * run once nothing of its own of an older one is under way or floating.
 */
export class RunEpochs {
  private readonly records = new Map<string, MapRecord>();
  private readonly underWay = new Set<UnderWay>();
  private mapperEpoch = 0;

  take(record: MapRecord): void {
    const known = this.records.get(record.name);
    if (known === undefined || record.runEpoch >= known.runEpoch) this.records.set(record.name, record);
  }

  /** The mapper's database was restored: what an earlier one has planned is stopped as by a pause (rule 24). */
  takeMapperEpoch(epoch: number): void {
    this.mapperEpoch = Math.max(this.mapperEpoch, epoch);
  }

  /** As the executor's rules ask; null: nobody knows the map. */
  stateOf(
    map: string,
  ): { readonly isRunning: boolean; readonly runEpoch: number; readonly mapperEpoch: number } | null {
    const record = this.records.get(map);
    if (!record) return null;
    return {
      isRunning: record.desired === 'running',
      runEpoch: record.runEpoch,
      mapperEpoch: this.mapperEpoch,
    };
  }

  /** Maps that want their tables observed, and the baselines that they are in. */
  baselines(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.records.values()]
        .filter(({ desired }) => isObserved(desired))
        .map(({ name, baseline }) => [name, baseline]),
    );
  }

  /**
   * To be called before the state of the map is asked for: a run that is confirmed then cannot have missed this write.
   * The returned function ends it; with `floatsUntilMs`, only from that moment on.
   */
  enter(write: Pick<Write, 'map' | 'runEpoch' | 'intent'>): (floatsUntilMs?: number) => void {
    const { map, runEpoch } = write;
    const entry: UnderWay = { map, runEpoch, mapperEpoch: mapperEpochOf(write.intent), untilMs: null };
    this.underWay.add(entry);
    return (floatsUntilMs) => {
      if (floatsUntilMs === undefined) this.underWay.delete(entry);
      else entry.untilMs = floatsUntilMs;
    };
  }

  /** Per map the run that can be confirmed now. */
  confirmable(nowMs: number): Confirmable[] {
    this.forgetLanded(nowMs);
    return [...this.records.values()].map((record) => {
      const older = [...this.underWay].filter(
        (entry) => entry.map === record.name && entry.runEpoch < record.runEpoch,
      );
      const oldest = Math.min(...older.map((entry) => entry.runEpoch), record.runEpoch);
      return { record, confirmedRunEpoch: oldest };
    });
  }

  /** Epoch of the mapper's database of which alone writes are under way here, or newer. */
  confirmableMapperEpoch(nowMs: number): number {
    this.forgetLanded(nowMs);
    return Math.min(this.mapperEpoch, ...[...this.underWay].map((entry) => entry.mapperEpoch));
  }

  private forgetLanded(nowMs: number): void {
    for (const entry of this.underWay) {
      if (entry.untilMs !== null && entry.untilMs <= nowMs) this.underWay.delete(entry);
    }
  }
}
