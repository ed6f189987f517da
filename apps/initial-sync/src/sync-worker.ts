import { randomUUID } from 'node:crypto';
import type { MapRecord, RequestStatus } from '@dualwrite/events';
import { inTransaction, Leases, Wakeup } from '@dualwrite/persistence';
import { DependencyUnavailable, log, startChange } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import { advance, type Advance, type AdvanceSettings } from './advance';
import type { ConnectorWatch } from './connector-watch';
import type { ProgressPublisher } from './progress-publisher';
import { planMaps } from './planned-map';
import type { ReadCredit } from './read-credit';
import type { StoredSync, SyncStore } from './sync-store';
import { countId, type TableRead } from './table-read';

const LEASE = 'baseline-runs';
const LEASE_TTL_MS = 5_000;
/** Time-outs and backoffs end without an event. */
const LOOK_AGAIN_MS = 500;
const RETRY_MS = 1_000;
/** Credit comes back without a word. */
const CREDIT_WAIT_MS = 50;

export interface SyncWorkerParts {
  readonly database: DataSource;
  readonly store: SyncStore;
  readonly watch: ConnectorWatch;
  readonly credit: ReadCredit;
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
  /** Reads as of the last pass: whose answers and credit the next one may count on. */
  private lastReads: readonly TableRead[] = [];

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
      if (!isBusy) await this.wakeup.wait(this.isWaitingForCredit() ? CREDIT_WAIT_MS : LOOK_AGAIN_MS);
    }
  }

  private async pass(): Promise<{ readonly result: Advance; readonly stored: StoredSync }> {
    const { database, store, watch, settings } = this.parts;
    const { maps, columnSets } = planMaps(this.parts.maps());
    // In this order: what an answer stands for has been published, so the backlog that is measured after it holds it.
    const answers = this.answersNow();
    const credit = await this.parts.credit.of(this.readsInNeed(answers), maps);
    const nowMs = Date.now();
    return inTransaction(database, async (runner) => {
      await store.lock(runner);
      const before = await store.load(runner);
      const missing = (table: Parameters<ConnectorWatch['missing']>[0]): readonly string[] =>
        watch.missing(table, maps.values(), nowMs);
      const hasCredit = ({ id }: TableRead): boolean => credit.has(id);
      const state = { ...before, maps, columnSets, answers, hasCredit, missing };
      const result = advance(state, settings, nowMs, randomUUID);
      await store.save(runner, result, startChange);
      const runs = new Map([...before.runs, ...result.runs].map((run) => [run.id, run]));
      const reads = new Map([...before.reads, ...result.reads.map((read) => [read.id, read] as const)]);
      this.lastReads = [...reads.values()].filter((read) => read.state !== 'done');
      return { result, stored: { runs: [...runs.values()], reads } };
    });
  }

  private answersNow(): ReadonlyMap<string, RequestStatus> {
    const { answers } = this.parts.watch;
    return new Map(
      this.lastReads.flatMap(({ id, requestId, totalCount }) =>
        [requestId, totalCount === null ? countId(id) : null].flatMap((asked) => {
          const answer = asked === null ? undefined : answers.get(asked);
          return answer === undefined ? [] : [[answer.id, answer] as const];
        }),
      ),
    );
  }

  /** Those that would ask for a chunk in this pass. */
  private readsInNeed(answers: ReadonlyMap<string, RequestStatus>): readonly TableRead[] {
    return this.lastReads.filter(
      ({ state, requestId }) => state !== 'covering' && (requestId === null || answers.has(requestId)),
    );
  }

  private isWaitingForCredit(): boolean {
    const nowMs = Date.now();
    return this.lastReads.some(
      ({ state, requestId, notBeforeMs }) =>
        state === 'reading' && requestId === null && notBeforeMs <= nowMs,
    );
  }
}
