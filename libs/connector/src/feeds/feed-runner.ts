import type { Leases } from '@dualwrite/persistence';
import { DependencyRefused, DependencyUnavailable, log, SideUnavailable } from '@dualwrite/telemetry';
import { UnreadableValue } from '@dualwrite/schemas';
import type { ObservedTable } from '../side-port';
import type { Feed } from './feed';
import type { FeedNudges } from './feed-nudges';
import type { FeedReport } from './feed-report';
import { NudgedPause } from './nudged-pause';

const LEASE_MS = 10_000;
const REFUSED_WAIT_MS = 15_000;
const STORE_AWAY_WAIT_MS = 1_000;

interface RunningFeed {
  table: ObservedTable;
  readonly stop: AbortController;
  /** This replica has the table's lease. */
  isHeld: boolean;
  ended: Promise<void>;
}

/** Keeps one loop per table going, on the replica that holds the table's lease. */
export class FeedRunner {
  private readonly running = new Map<string, RunningFeed>();

  constructor(
    private readonly feed: Feed,
    private readonly leases: Leases,
    private readonly nudges: FeedNudges,
    private readonly onCrash: (error: unknown) => void,
  ) {}

  /** Tables that are new begin, those that are gone end, the others go on with their new columns. */
  async serve(tables: readonly ObservedTable[]): Promise<void> {
    const wanted = new Map(tables.map((table) => [table.table, table]));
    const gone = [...this.running].filter(([name]) => !wanted.has(name));
    await Promise.all(gone.map(([name]) => this.end(name)));
    for (const [name, table] of wanted) {
      const running = this.running.get(name);
      if (running) running.table = table;
      else this.begin(table);
    }
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.keys()].map((name) => this.end(name)));
  }

  private begin(table: ObservedTable): void {
    const stop = new AbortController();
    const running: RunningFeed = { table, stop, isHeld: false, ended: Promise.resolve() };
    running.ended = this.loop(running).catch(this.onCrash);
    this.running.set(table.table, running);
  }

  private async end(name: string): Promise<void> {
    const running = this.running.get(name);
    this.running.delete(name);
    running?.stop.abort();
    await running?.ended;
  }

  private async loop(running: RunningFeed): Promise<void> {
    const { signal } = running.stop;
    while (!signal.aborted) {
      const name = `feed/${running.table.table}`;
      await this.leases.hold(name, LEASE_MS, ({ signal: held }) => this.rounds(running, held), { signal });
    }
  }

  /** Of the tables that this replica looks at. */
  reports(): FeedReport[] {
    return [...this.running.values()]
      .filter(({ isHeld }) => isHeld)
      .map(({ table }) => this.feed.report(table));
  }

  private async rounds(running: RunningFeed, held: AbortSignal): Promise<void> {
    const name = running.table.table;
    const pause = this.nudges.attend(name);
    running.isHeld = true;
    try {
      for (let wasNudged = false; !held.aborted;) {
        const startedAtMs = Date.now();
        const { waitMs, mayBeNudged } = await this.turn(running, () => !held.aborted, wasNudged);
        // A side that has asked to be left alone is, whatever somebody says.
        if (!mayBeNudged) await new NudgedPause().wait(waitMs, held);
        wasNudged = await pause.wait(mayBeNudged ? waitMs : 0, held);
        const gapMs = startedAtMs + this.feed.nudgeGapMs - Date.now();
        // What comes in this gap is found by the round behind it.
        if (wasNudged && gapMs > 0) await new NudgedPause().wait(gapMs, held);
      }
    } finally {
      running.isHeld = false;
      this.nudges.leave(name);
    }
  }

  private async turn(
    running: RunningFeed,
    isHeld: () => boolean,
    wasNudged: boolean,
  ): Promise<{ readonly waitMs: number; readonly mayBeNudged: boolean }> {
    try {
      return { waitMs: await this.feed.turn(running.table, isHeld, wasNudged), mayBeNudged: true };
    } catch (error) {
      return { waitMs: this.waitAfter(error, running.table.table), mayBeNudged: false };
    }
  }

  private waitAfter(error: unknown, table: string): number {
    if (error instanceof SideUnavailable) {
      log.warn('feed.side_unavailable', { table, text: error.message, retryAfterMs: error.retryAfterMs });
      return error.retryAfterMs;
    }
    if (error instanceof DependencyUnavailable) {
      log.warn('feed.store_unavailable', { table, error });
      return STORE_AWAY_WAIT_MS;
    }
    const isRefused = error instanceof DependencyRefused && error.details['sqlstate'] === undefined;
    if (isRefused || error instanceof UnreadableValue) {
      // One table that cannot be read stops no other; its lag and this line call for a person.
      log.error('feed.refused', { table, error });
      return REFUSED_WAIT_MS;
    }
    throw error;
  }
}
