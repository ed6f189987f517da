import { Inject, Injectable } from '@nestjs/common';
import { encodeMessage, SIDES, type MapCounts, type MapStatus, type Names } from '@dualwrite/events';
import { BatchStrategy, KafkaLink, Publisher } from '@dualwrite/kafka';
import { Leases, pause, Wakeup } from '@dualwrite/persistence';
import { log, startChange, TRACEPARENT_HEADER } from '@dualwrite/telemetry';
import { DataSource } from 'typeorm';
import { BookStore } from '../books/book-store';
import type { MapRun } from '../runs/map-run';
import { MapRuns, type RunReport } from '../runs/map-runs';
import { MAPPER_SETTINGS, NAMES, type MapperSettings } from '../settings';
import { healthOf, stateOf } from './map-state';

/** A state that does not change is still told now and then: whoever reads it can tell it from silence. */
const REPEAT_AFTER_MS = 10_000;
/** Kafka is asked for the lag of a map that nothing comes in for only now and then: each question is many requests. */
const QUIET_LAG_KEPT_MS = 3_000;
const COUNTER_LEASE_MS = 10_000;
const COUNTER_RETRY_MS = 1_000;
const CATCHING_UP = {
  state: 'catching-up',
  health: 'degraded',
  reason: 'the database was restored: what the topics hold is taken in before anything is planned',
} as const;

/** Tells what this replica does for each map, about once a second while it changes; counts come from one replica. */
@Injectable()
export class StatusReporter {
  private readonly books = new BookStore();
  private readonly wakeup = new Wakeup();
  private readonly stopping = new AbortController();
  private readonly said = new Map<string, { text: string; atMs: number }>();
  private readonly noLagAtMs = new Map<string, number>();
  /** Runs that had no lag when Kafka was asked, and what they had handled by then. */
  private readonly quiet = new WeakMap<
    MapRun,
    { readonly askedAtMs: number; readonly handledTimestampMs: number }
  >();
  private isCounter = false;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly runs: MapRuns,
    private readonly database: DataSource,
    private readonly link: KafkaLink,
    private readonly strategy: BatchStrategy,
    private readonly publisher: Publisher,
    @Inject(NAMES) private readonly names: Names,
    @Inject(MAPPER_SETTINGS) private readonly settings: MapperSettings,
  ) {}

  start(): void {
    this.running = Promise.all([this.loop(), this.standForCounter()]);
  }

  /** Something was taken over: say so at once, somebody waits for it. */
  kick(): void {
    this.wakeup.wake();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.wakeup.wake();
    await this.running;
  }

  /** Again and again: a lease that was lost while Postgres was away must not end the counts for good. */
  private async standForCounter(): Promise<void> {
    const { signal } = this.stopping;
    const leases = new Leases(this.database);
    while (!signal.aborted) {
      try {
        await leases.hold('status-counts', COUNTER_LEASE_MS, (held) => this.count(held.signal), { signal });
      } catch (error) {
        log.warn('status.counter_lease_failed', { error });
        await pause(COUNTER_RETRY_MS, signal);
      }
    }
  }

  private async count(lost: AbortSignal): Promise<void> {
    this.isCounter = true;
    await new Promise<void>((resolve) => {
      if (lost.aborted) resolve();
      else lost.addEventListener('abort', () => resolve(), { once: true });
    });
    this.isCounter = false;
  }

  private async loop(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      for (const report of this.runs.report()) {
        try {
          await this.tell(report);
        } catch (error) {
          // The next round says it; nothing is decided by a status.
          log.warn('status.not_told', { map: report.record.name, error });
        }
      }
      await this.wakeup.wait(this.settings.STATUS_INTERVAL_MS);
    }
  }

  private async tell(report: RunReport): Promise<void> {
    const status = await this.statusOf(report);
    const key = `map/${status.map}/${status.service}/${status.instance}`;
    const text = JSON.stringify(status);
    const before = this.said.get(key);
    const nowMs = Date.now();
    if (before?.text === text && nowMs - before.atMs < REPEAT_AFTER_MS) return;
    const { value, headers } = encodeMessage('status', { ...status, at: new Date(nowMs).toISOString() });
    await this.publisher.publish([
      { topic: this.names.status, key, value, headers: { ...headers, [TRACEPARENT_HEADER]: startChange() } },
    ]);
    this.said.set(key, { text, atMs: nowMs });
  }

  private async statusOf({
    record,
    run,
    confirmedRunEpoch,
    problem,
  }: RunReport): Promise<Omit<MapStatus, 'at'>> {
    const { lagCount, lagMs } = run ? await this.lagOf(run) : { lagCount: 0, lagMs: 0 };
    const counts = this.isCounter ? await this.countsOf(record.name) : undefined;
    return {
      kind: 'map',
      service: 'mapper',
      instance: this.settings.INSTANCE_ID,
      map: record.name,
      ...(run?.isCatchingUp
        ? CATCHING_UP
        : { state: stateOf({ desired: record.desired, lagCount }), ...healthOf({ problem, counts }) }),
      confirmedRunEpoch,
      changedAt: record.changedAt,
      lagMs,
      lagCount,
      ...(counts ? { counts } : {}),
    };
  }

  private async lagOf(run: MapRun): Promise<{ lagCount: number; lagMs: number }> {
    if (this.isQuiet(run)) return { lagCount: 0, lagMs: 0 };
    const { handledTimestampMs } = run;
    const topics = SIDES.map((side) => run.topics[side]);
    const lags = await this.link.admin.lag(run.group, topics);
    const lagCount = lags.reduce((sum, one) => sum + one.lagCount, 0);
    const nowMs = Date.now();
    if (lagCount === 0) {
      this.noLagAtMs.set(run.map, nowMs);
      this.quiet.set(run, { askedAtMs: nowMs, handledTimestampMs });
    }
    // Not older than the moment when nothing was left, nor than what was handled last.
    const sinceMs = Math.max(this.noLagAtMs.get(run.map) ?? 0, run.handledTimestampMs);
    return { lagCount, lagMs: lagCount === 0 || sinceMs === 0 ? 0 : Math.max(0, nowMs - sinceMs) };
  }

  /** Nothing was left when it was asked, and nothing has come in since; what a paused partition holds does not come in. */
  private isQuiet(run: MapRun): boolean {
    const asked = this.quiet.get(run);
    return (
      asked !== undefined &&
      asked.handledTimestampMs === run.handledTimestampMs &&
      Date.now() - asked.askedAtMs < QUIET_LAG_KEPT_MS &&
      this.strategy.assignment(run.group).pausedCount === 0
    );
  }

  private async countsOf(map: string): Promise<MapCounts> {
    const runner = this.database.createQueryRunner();
    try {
      return await this.books.read(runner, map);
    } finally {
      await runner.release();
    }
  }
}
