import { encodeMessage, Names, type MapRecord, type MapStatus } from '@dualwrite/events';
import type { RecordPublisher } from '@dualwrite/kafka';
import { startChange } from '@dualwrite/telemetry';
import { progressOf } from './map-progress';
import { planMaps } from './planned-map';
import type { StoredSync } from './sync-store';

/** A big read says how far it is about so often. */
const PROGRESS_MS = 1_000;

/** Says on dw.status how far the baseline of each map is; only what is news. */
export class ProgressPublisher {
  private readonly said = new Map<
    string,
    { readonly text: string; readonly facts: string; readonly atMs: number }
  >();

  constructor(
    private readonly publisher: RecordPublisher,
    private readonly names: Names,
    private readonly instance: string,
  ) {}

  /** Whatever an earlier holder of the lease said, say all again. */
  forget(): void {
    this.said.clear();
  }

  async publish(
    records: readonly MapRecord[],
    stored: StoredSync,
    waiting: ReadonlyMap<string, string>,
  ): Promise<void> {
    const nowMs = Date.now();
    const news: MapStatus[] = [];
    for (const map of planMaps(records).maps.values()) {
      const run = stored.runs.filter((one) => one.map === map.name).at(-1);
      const reads = (run?.readIds ?? []).flatMap((id) => stored.reads.get(id) ?? []);
      const progress = progressOf(map, run, reads, run && waiting.get(run.id));
      if (progress === null) continue;
      const facts = `${progress.state}/${progress.health}/${map.runEpoch}`;
      const text = `${facts}/${progress.reason ?? ''}`;
      const last = this.said.get(map.name);
      if (last?.text === text || (last?.facts === facts && nowMs - last.atMs < PROGRESS_MS)) continue;
      this.said.set(map.name, { text, facts, atMs: nowMs });
      news.push({
        kind: 'map',
        service: 'initial-sync',
        instance: this.instance,
        map: map.name,
        ...progress,
        confirmedRunEpoch: map.runEpoch,
        lagMs: 0,
        lagCount: 0,
        at: new Date(nowMs).toISOString(),
      });
    }
    await this.publisher.publish(
      news.map((status) => {
        const { value, headers } = encodeMessage('status', status);
        return {
          topic: this.names.status,
          key: `map/${status.map}/${status.service}/${status.instance}`,
          value,
          headers: { ...headers, traceparent: startChange() },
        };
      }),
    );
  }
}
