import { Inject, Injectable } from '@nestjs/common';
import type { Names } from '@dualwrite/events';
import { Leases, pause } from '@dualwrite/persistence';
import { DependencyUnavailable, log } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { Examiner } from '../examine/examiner';
import type { WorkOrder } from '../examine/work-order';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { MAPPER_SETTINGS, NAMES, type MapperSettings } from '../settings';
import type { Operation } from './operation';
import { OperationStore } from './operation-store';
import { RunOver, type OperationWork } from './portion';
import { ReplayWork } from './replay-work';
import { RetryWork } from './retry-work';

const LEASE_MS = 10_000;

/** Carries operations out, portion by portion, at their rate; a paused map's wait until it runs again. */
@Injectable()
export class OperationRunner {
  private readonly stopping = new AbortController();
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly leases: Leases;
  private readonly store: OperationStore;
  private readonly works: Readonly<Record<Operation['kind'], OperationWork>>;
  private running: Promise<void> | undefined;

  constructor(
    database: DataSource,
    private readonly runs: MapRuns,
    private readonly examiner: Examiner,
    retries: RetryWork,
    replays: ReplayWork,
    @Inject(NAMES) names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {
    this.leases = new Leases(database);
    this.store = new OperationStore(database, names);
    this.works = { retry: retries, replay: replays };
  }

  start(): void {
    this.running = this.loop();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all(this.underWay.values());
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        for (const operation of await this.store.running()) this.attempt(operation);
      } catch (error) {
        log.warn('operations.not_read', { error });
      }
      await pause(this.settings.POLL_INTERVAL_MS, signal);
    }
  }

  /** Another replica may be at it; the lease says. */
  private attempt({ id, map }: Operation): void {
    if (this.underWay.has(id) || !this.runOf(map)) return;
    const { signal } = this.stopping;
    const work = this.leases
      .tryHold(`operation/${id}`, LEASE_MS, (held) => this.work(id, held.signal), { signal })
      .then(() => undefined)
      .catch((error: unknown) => log.warn('operation.interrupted', { operation: id, error }))
      .finally(() => this.underWay.delete(id));
    this.underWay.set(id, work);
  }

  private async work(id: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const startedAtMs = Date.now();
      const operation = await this.store.find(id);
      if (operation?.state !== 'running') return;
      const run = this.runOf(operation.map);
      if (!run) return;
      const hasMore = await this.portion(run, operation);
      if (hasMore === 'over') return;
      if (!hasMore) {
        await this.store.move(id, ['running'], 'done');
        log.info('operation.done', { operation: id, kind: operation.kind, map: operation.map });
        return;
      }
      const restMs = Math.max(0, 1_000 - (Date.now() - startedAtMs));
      await pause(restMs, signal);
    }
  }

  private async portion(run: MapRun, operation: Operation): Promise<boolean | 'over'> {
    try {
      return await this.works[operation.kind].portion({
        run,
        operation,
        countMax: operation.ratePerSecond,
        examine: (order) => this.examine(run, order),
        preview: (items) => run.during(() => this.examiner.preview(run, items)),
      });
    } catch (error) {
      if (error instanceof RunOver) return 'over';
      // Postgres or Kafka away: the next look goes on. Anything else would come again and again.
      if (error instanceof DependencyUnavailable) throw error;
      log.error('operation.failed', { operation: operation.id, error });
      const text = error instanceof Error ? error.message : String(error);
      await this.store.move(operation.id, ['running'], 'failed', text);
      return 'over';
    }
  }

  private examine(run: MapRun, order: WorkOrder): Promise<void> {
    if (this.runs.ofGroup(run.group) !== run)
      throw new RunOver('the run of the map is over', { map: run.map });
    return run.during(() => this.examiner.work(run, order));
  }

  private runOf(map: string): MapRun | undefined {
    return this.runs.all().find((run) => run.map === map && !run.isCatchingUp);
  }
}
