import { pause, type Leases } from '@dualwrite/persistence';
import { DependencyUnavailable, log, SideUnavailable } from '@dualwrite/telemetry';
import type { TrackedTables } from '../tables/tracked-tables';
import type { DeferredWrite, DeferredWrites } from './deferred-writes';
import type { WriteLanes } from './write-lanes';

const LEASE_MS = 10_000;
const POLL_MS = 200;
const BATCH_COUNT_MAX = 100;
const STORE_AWAY_WAIT_MS = 1_000;

/** Carries out writes that were set aside, when their time has come; on one replica at a time. */
export class DeferredRunner {
  private readonly stopping = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly deferred: DeferredWrites,
    private readonly lanes: WriteLanes,
    private readonly tables: TrackedTables,
    private readonly leases: Leases,
  ) {}

  start(onCrash: (error: unknown) => void): void {
    this.running = this.loop().catch(onCrash);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.leases.hold('deferred-writes', LEASE_MS, ({ signal: held }) => this.rounds(held), {
          signal,
        });
      } catch (error) {
        if (!(error instanceof DependencyUnavailable)) throw error;
        log.warn('deferred.store_unavailable', { error });
        await pause(STORE_AWAY_WAIT_MS, signal);
      }
    }
  }

  private async rounds(held: AbortSignal): Promise<void> {
    while (!held.aborted) {
      const due = await this.deferred.due(
        this.tables.current().map(({ table }) => table),
        BATCH_COUNT_MAX,
      );
      await Promise.all(due.map((one) => this.carryOut(one)));
      if (due.length === 0) await pause(POLL_MS, held);
    }
  }

  private async carryOut({ id, write, traceparent }: DeferredWrite): Promise<void> {
    const table = this.tables.find(write.table);
    if (table === undefined) return;
    try {
      const untilMs = await this.lanes.resume({ table, write, traceparent }, id);
      if (untilMs === null) await this.deferred.remove(id);
      else await this.deferred.postpone(id, untilMs);
    } catch (error) {
      if (!(error instanceof SideUnavailable)) throw error;
      await this.deferred.postpone(id, Date.now() + error.retryAfterMs);
    }
  }
}
