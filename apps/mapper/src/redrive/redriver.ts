import { Inject, Injectable } from '@nestjs/common';
import { inTransaction, Wakeup } from '@dualwrite/persistence';
import { DependencyUnavailable, log, PipelineError, startChange } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { CoverageGate } from '../coverage/coverage-gate';
import { Examiner } from '../examine/examiner';
import type { MapRun } from '../runs/map-run';
import { MapRuns } from '../runs/map-runs';
import { MAPPER_SETTINGS, type MapperSettings } from '../settings';
import { WaitStore } from '../waits/wait-store';
import { DueStore } from './due-store';

const REDRIVE_AFTER_FACTOR_MAX = 20;
const DEPENDENCY_AWAY_MS_MAX = 60_000;
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
  private readonly gate = new CoverageGate();
  private readonly wakeup = new Wakeup();
  private readonly slot = `redrive/${process.pid % SLOT_COUNT}`;
  private running: Promise<void> | undefined;
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
    this.wakeup.wake();
  }

  private async loop(): Promise<void> {
    while (!this.isStopping) {
      let hasMore = false;
      try {
        for (const run of this.runs.all()) hasMore = (await run.during(() => this.redrive(run))) || hasMore;
        this.failingSinceMs = undefined;
      } catch (error) {
        this.endure(error);
      }
      if (!hasMore) await this.wakeup.wait(this.settings.POLL_INTERVAL_MS);
    }
  }

  /** @returns whether there is more that is due */
  private async redrive(run: MapRun): Promise<boolean> {
    // Rule 24: taken in first, re-drive included; all pairs are due once that is over.
    if (run.isCatchingUp) return false;
    // A replica that ended just before may have left a marker behind that counts by now.
    if (run.coverage.isPending) await inTransaction(this.database, (one) => this.gate.settle(one, run));
    const runner = this.database.createQueryRunner();
    try {
      await this.waits.release(runner, run.map);
    } finally {
      await runner.release();
    }
    const limit = this.settings.BATCH_COUNT_MAX;
    const afterMs = this.settings.REDRIVE_AFTER_MS;
    const pairIds = await this.dues.take(this.database, run.map, {
      limit,
      afterMs,
      afterMsMax: afterMs * REDRIVE_AFTER_FACTOR_MAX,
    });
    if (pairIds.length === 0 || this.isStopping || this.runs.ofGroup(run.group) !== run) return false;
    await this.examiner.work(run, {
      items: pairIds.map((pairId) => ({ kind: 'redrive', pairId, traceparent: startChange() })),
      slot: this.slot,
    });
    return pairIds.length === limit;
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
