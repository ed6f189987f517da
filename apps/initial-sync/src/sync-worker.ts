import { randomUUID } from 'node:crypto';
import type { MapRecord } from '@dualwrite/events';
import { inTransaction, Leases, Wakeup } from '@dualwrite/persistence';
import { DependencyUnavailable, log, startChange } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import { advance, type Advance, type AdvanceSettings } from './advance';
import type { ConnectorWatch } from './connector-watch';
import type { ProgressPublisher } from './progress-publisher';
import { planMaps } from './planned-map';
import type { StoredSync, SyncStore } from './sync-store';

const LEASE = 'baseline-runs';
const LEASE_TTL_MS = 5_000;
/** Time-outs and backoffs end without an event. */
const LOOK_AGAIN_MS = 500;
const RETRY_MS = 1_000;

export interface SyncWorkerParts {
  readonly database: DataSource;
  readonly store: SyncStore;
  readonly watch: ConnectorWatch;
  readonly progress: ProgressPublisher;
  readonly settings: AdvanceSettings;
  maps(): readonly MapRecord[];
}

/**
 * Drives the baseline runs: one replica at a time by lease, another takes over. Each pass reads what is stored, decides,
 * and stores the decision with its requests; so it may end anywhere and be gone on with anywhere.
 */
export class SyncWorker {
  private readonly wakeup = new Wakeup();
  private readonly stopping = new AbortController();
  private readonly leases: Leases;
  private running: Promise<void> | undefined;

  constructor(private readonly parts: SyncWorkerParts) {
    this.leases = new Leases(parts.database);
  }

  start(onFatal: (error: unknown) => void): void {
    this.running = this.run().catch(onFatal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.running;
  }

  /** Something changed: look now. */
  wake(): void {
    this.wakeup.wake();
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      try {
        await this.leases.hold(LEASE, LEASE_TTL_MS, ({ signal }) => this.work(signal), {
          signal: this.stopping.signal,
        });
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) throw error;
        log.warn('initial_sync.interrupted', { error });
        await this.wakeup.wait(RETRY_MS);
      }
    }
  }

  private async work(signal: AbortSignal): Promise<void> {
    log.info('initial_sync.lease_held');
    this.parts.progress.forget();
    while (!signal.aborted) {
      const { result, stored } = await this.pass();
      await this.parts.progress.publish(this.parts.maps(), stored, result.waiting);
      const isBusy = result.requests.length > 0 || result.runs.length > 0 || result.chunks.length > 0;
      // A run that has just ended may let the next wave begin.
      if (!isBusy) await this.wakeup.wait(LOOK_AGAIN_MS);
    }
  }

  private async pass(): Promise<{ readonly result: Advance; readonly stored: StoredSync }> {
    const { database, store, watch, settings } = this.parts;
    const { maps, columnSets } = planMaps(this.parts.maps());
    const nowMs = Date.now();
    return inTransaction(database, async (runner) => {
      await store.lock(runner);
      const before = await store.load(runner);
      const missing = (table: Parameters<ConnectorWatch['missing']>[0]): readonly string[] =>
        watch.missing(table, maps.values(), nowMs);
      const state = { ...before, maps, columnSets, answers: watch.answers, missing };
      const result = advance(state, settings, nowMs, randomUUID);
      await store.save(runner, result, startChange);
      const runs = new Map([...before.runs, ...result.runs].map((run) => [run.id, run]));
      const reads = new Map([...before.reads, ...result.reads.map((read) => [read.id, read] as const)]);
      return { result, stored: { runs: [...runs.values()], reads } };
    });
  }
}
