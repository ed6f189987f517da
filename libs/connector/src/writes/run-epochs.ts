import type { MapRecord, Write } from '@dualwrite/events';

interface UnderWay {
  readonly map: string;
  readonly runEpoch: number;
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

  take(record: MapRecord): void {
    const known = this.records.get(record.name);
    if (known === undefined || record.runEpoch >= known.runEpoch) this.records.set(record.name, record);
  }

  /** As the executor's rules ask; null: nobody knows the map. */
  stateOf(map: string): { readonly isRunning: boolean; readonly runEpoch: number } | null {
    const record = this.records.get(map);
    return record ? { isRunning: record.desired === 'running', runEpoch: record.runEpoch } : null;
  }

  /**
   * To be called before the state of the map is asked for: a run that is confirmed then cannot have missed this write.
   * The returned function ends it; with `floatsUntilMs`, only from that moment on.
   */
  enter(write: Pick<Write, 'map' | 'runEpoch'>): (floatsUntilMs?: number) => void {
    const entry: UnderWay = { map: write.map, runEpoch: write.runEpoch, untilMs: null };
    this.underWay.add(entry);
    return (floatsUntilMs) => {
      if (floatsUntilMs === undefined) this.underWay.delete(entry);
      else entry.untilMs = floatsUntilMs;
    };
  }

  /** Per map the run that can be confirmed now. */
  confirmable(nowMs: number): Confirmable[] {
    for (const entry of this.underWay) {
      if (entry.untilMs !== null && entry.untilMs <= nowMs) this.underWay.delete(entry);
    }
    return [...this.records.values()].map((record) => {
      const older = [...this.underWay].filter(
        (entry) => entry.map === record.name && entry.runEpoch < record.runEpoch,
      );
      const oldest = Math.min(...older.map((entry) => entry.runEpoch), record.runEpoch);
      return { record, confirmedRunEpoch: oldest };
    });
  }
}
