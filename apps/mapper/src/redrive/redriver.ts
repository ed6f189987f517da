import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, translateDriverError, Wakeup } from '@dualwrite/persistence';
import { DependencyUnavailable, log, PipelineError, startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { CoverageGate } from '../coverage/coverage-gate';
import { Examiner } from '../examine/examiner';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { MAPPER_SETTINGS, type MapperSettings } from '../settings';
import { WaitStore } from '../waits/wait-store';
import { ParkStore } from '../parks/park-store';
import { bulkStateOf } from './bulk-credit';
import { DueStore } from './due-store';
import { dueWorkOf, type DueWork } from './due-work';

const REDRIVE_AFTER_FACTOR_MAX = 20;
const DEPENDENCY_AWAY_MS_MAX = 60_000;
/** Refused pairs that are tried again by themselves in one round. */
const RETRY_COUNT_MAX = 100;
/** Bulk work that has no credit is looked at again so soon: the answers that give it back come all the time. */
const CREDIT_WAIT_MS = 25;
/** Lines of the books for re-drives: enough that replicas seldom meet on one, few enough to be summed at once. */
const SLOT_COUNT = 16;

/**
 * Looks again at pairs without waiting for an observation (rule 22): a write has no answer for too long, a wait is
 * over, a side has been covered, the map has a new version. Every replica works on whatever is due.
 */
@Injectable()
export class Redriver {
  private readonly waits = new WaitStore();
  private readonly dues = new DueStore();
  private readonly parks = new ParkStore();
  private readonly gate = new CoverageGate();
  private readonly wakeup = new Wakeup();
  private readonly slot = `redrive/${process.pid % SLOT_COUNT}`;
  private running: Promise<void> | undefined;
  /** Runs whose bulk work goes on. */
  private readonly withBulk = new WeakSet<MapRun>();
  private isKicked = true;
  private isStopping = false;
  private failingSinceMs: number | undefined;

  constructor(
    private readonly database: DataSource,
    private readonly runs: MapRuns,
    private readonly examiner: Examiner,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {}

  start(onFatal: (error: unknown) => void): void {
    this.running = this.loop().catch(onFatal);
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    this.wakeup.wake();
    await this.running;
  }

  /** There may be something due: references have appeared, a side was covered. */
  kick(): void {
    this.isKicked = true;
    this.wakeup.wake();
  }

  private async loop(): Promise<void> {
    let lookedAtMs = 0;
    while (!this.isStopping) {
      const idleMs = this.settings.POLL_INTERVAL_MS;
      let waitMs = idleMs;
      try {
        // Bulk work has its own, quicker pace; what it need not ask for each time is asked for now and then.
        const isFull = this.isKicked || Date.now() - lookedAtMs >= idleMs;
        if (isFull) {
          this.isKicked = false;
          lookedAtMs = Date.now();
        }
        // Rule 24: taken in first, re-drive included; all pairs are due once that is over.
        const runs = this.runs.all().filter(({ isCatchingUp }) => !isCatchingUp);
        const due = isFull ? await this.dueWork(runs) : undefined;
        for (const run of runs) {
          const work = due?.get(run.map);
          if (work && (await run.during(() => this.redrive(run, work)))) {
            this.isKicked = true;
            waitMs = 0;
          }
          if (work?.hasBulk || this.withBulk.has(run))
            waitMs = Math.min(waitMs, await run.during(() => this.redriveBulk(run)));
        }
        this.failingSinceMs = undefined;
      } catch (error) {
        this.endure(error);
      }
      if (waitMs > 0) await this.wakeup.wait(waitMs);
    }
  }

  /**
   * What there is to do. Coverage that is settled and waits that are over make pairs due, bulk work among them: that is
   * done first.
   */
  private async dueWork(runs: readonly MapRun[]): Promise<ReadonlyMap<string, DueWork>> {
    const look = (): Promise<ReadonlyMap<string, DueWork>> =>
      asked('look for what is due', () =>
        dueWorkOf(
          this.database,
          runs.map(({ map }) => map),
        ),
      );
    const found = await look();
    let isNew = false;
    for (const run of runs) {
      // A replica that ended just before may have left a marker behind that counts by now.
      const isPending = run.coverage.isPending;
      const hasWaits = found.get(run.map)?.hasWaits === true;
      isNew ||= isPending || hasWaits;
      if (isPending)
        await run.during(() => inTransaction(this.database, (one) => this.gate.settle(one, run)));
      if (hasWaits) await run.during(() => asked('release waits', () => this.release(run)));
    }
    return isNew ? look() : found;
  }

  /** @returns whether there is more that is due */
  private async redrive(run: MapRun, work: DueWork): Promise<boolean> {
    if (work.hasParks) await this.retry(run);
    if (!work.hasDues) return false;
    const limit = this.settings.BATCH_COUNT_MAX;
    return (await this.plan(run, { limit, isBulk: false })) === limit;
  }

  private async release(run: MapRun): Promise<void> {
    const runner = this.database.createQueryRunner();
    try {
      await this.waits.release(runner, run.map);
    } finally {
      await runner.release();
    }
  }

  /** @returns milliseconds after which there may be more to do, if nobody says so before */
  private async redriveBulk(run: MapRun): Promise<number> {
    this.withBulk.delete(run);
    const idleMs = this.settings.POLL_INTERVAL_MS;
    const { isDue, openCount } = await asked('look for bulk work', () => bulkStateOf(this.database, run.map));
    if (!isDue) return idleMs;
    this.withBulk.add(run);
    const credit = run.bulkShare.creditFor(openCount);
    const plannedCount = credit === 0 ? 0 : await this.plan(run, { limit: credit, isBulk: true });
    if (plannedCount > 0) run.bulkShare.noteChunk();
    // Without credit, or with another replica at it.
    return plannedCount > 0 ? 0 : Math.min(CREDIT_WAIT_MS, idleMs);
  }

  /** @returns count of pairs that were due */
  private async plan(run: MapRun, of: { limit: number; isBulk: boolean }): Promise<number> {
    const afterMs = this.settings.REDRIVE_AFTER_MS;
    const afterMsMax = afterMs * REDRIVE_AFTER_FACTOR_MAX;
    const pairIds = await asked('take what is due', () =>
      this.dues.take(this.database, run.record, { ...of, afterMs, afterMsMax }),
    );
    if (pairIds.length === 0 || this.isStopping || this.runs.ofGroup(run.group) !== run) return 0;
    const { isBulk } = of;
    await this.examiner.work(run, {
      items: pairIds.map((pairId) => ({ kind: 'redrive', pairId, traceparent: startChange(), isBulk })),
      slot: this.slot,
    });
    return pairIds.length;
  }

  /** What was refused for a reason that may have gone by now. */
  private async retry(run: MapRun): Promise<void> {
    const pairIds = await asked('take what is to be tried again', () =>
      this.parks.takeDue(this.database, run.map, RETRY_COUNT_MAX),
    );
    if (pairIds.length === 0 || this.isStopping || this.runs.ofGroup(run.group) !== run) return;
    await this.examiner.work(run, {
      items: pairIds.map((pairId) => ({ kind: 'retry', pairId, traceparent: startChange() })),
      slot: this.slot,
    });
  }

  /** Postgres away: the next round tries again; after a while the process ends and is started anew. */
  private endure(error: unknown): void {
    const isOver =
      this.failingSinceMs !== undefined && Date.now() - this.failingSinceMs > DEPENDENCY_AWAY_MS_MAX;
    const mayRetry =
      error instanceof DependencyUnavailable || (error instanceof PipelineError && error.retryable);
    if (!mayRetry || isOver) throw error;
    this.failingSinceMs ??= Date.now();
    log.warn('redrive.retried', { error });
  }
}

/** Outside of a transaction the driver's own errors come as they are. */
async function asked<T>(doing: string, question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    throw translateDriverError(error, doing);
  }
}
