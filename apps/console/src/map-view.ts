import type { Health, MapCounts, MapState, MapStatus } from '@dualwrite/events';
import { missingConfirmations } from './confirmation';
import type { Run } from './lifecycle';
import type { StatusBook } from './status-book';

/** A map as its services see it: state and health, lag, and the books. */
export interface MapView {
  readonly state: MapState;
  readonly health: Health;
  readonly reason?: string;
  readonly inStep: boolean;
  readonly lagMs: number;
  readonly lagCount: number;
  readonly counts: MapCounts;
}

/** A live stream always has changes on their way; only a map further behind than this is catching up. */
const CATCHING_UP_LAG_MS = 5_000;
/**
 * Services report about once a second: right after a baseline the lag that was told last may be older than the rows that
 * the baseline has just brought.
 */
const SETTLING_MS = 2_000;
const HEALTHS: readonly Health[] = ['healthy', 'unknown', 'degraded', 'blocked'];
const NO_COUNTS: MapCounts = {
  examined: 0,
  written: { fo: 0, dataverse: 0 },
  unchanged: 0,
  filtered: 0,
  parked: 0,
  waiting: 0,
  held: 0,
  open: 0,
};

export function viewMap(name: string, run: Run, book: StatusBook, nowMs: number): MapView {
  const mapper = book.aliveStatuses(name, 'mapper', nowMs);
  const connectors = ['fo-connector', 'dataverse-connector'].map((service) =>
    book.aliveStatuses(name, service, nowMs),
  );
  const baseline = newest(
    book.statuses(name, 'initial-sync').filter((status) => status.confirmedRunEpoch >= run.startEpoch),
  );
  // Replicas of one service tell of the same group; services lag one behind the other.
  const lagMs = Math.max(0, ...[mapper, ...connectors].flat().map((status) => status.lagMs));
  const lagCount = sum(
    [mapper, ...connectors].map((statuses) => Math.max(0, ...statuses.map((status) => status.lagCount))),
  );
  // The books outlive the replica that kept them.
  const counts = newest(book.statuses(name, 'mapper').filter((status) => status.counts))?.counts ?? NO_COUNTS;
  const isCaughtUp =
    mapper.length > 0 &&
    lagMs < CATCHING_UP_LAG_MS &&
    !mapper.some((status) => status.state === 'catching-up');
  const missing = missingConfirmations(book, { map: name, runEpoch: run.runEpoch }, nowMs);
  const isSettled = baseline !== undefined && nowMs - Date.parse(baseline.at) >= SETTLING_MS;
  const state = stateOf(run, { baseline, isCaughtUp, isConfirmed: missing.length === 0 });
  return {
    state,
    ...healthOf(run, [...mapper, ...connectors.flat(), ...(baseline ? [baseline] : [])], { missing, counts }),
    inStep:
      state === 'running' &&
      isSettled &&
      missing.length === 0 &&
      lagMs === 0 &&
      lagCount === 0 &&
      counts.open === 0 &&
      counts.waiting === 0,
    lagMs,
    lagCount,
    counts,
  };
}

function stateOf(
  run: Run,
  seen: {
    readonly baseline: MapStatus | undefined;
    readonly isCaughtUp: boolean;
    readonly isConfirmed: boolean;
  },
): MapState {
  switch (run.desired) {
    case 'draft':
    case 'paused':
    case 'shadow':
      return run.desired;
    case 'stopped':
      return seen.isConfirmed ? 'stopped' : 'stopping';
    case 'running':
      if (seen.baseline?.state !== 'running') return 'initial-sync';
      return seen.isCaughtUp ? 'running' : 'catching-up';
  }
}

function healthOf(
  run: Run,
  statuses: readonly MapStatus[],
  seen: { readonly missing: readonly string[]; readonly counts: MapCounts },
): { health: Health; reason?: string } {
  if (run.desired === 'draft' || run.desired === 'stopped') return { health: 'healthy' };
  const worst = [...statuses].sort(
    (left, right) => HEALTHS.indexOf(right.health) - HEALTHS.indexOf(left.health),
  )[0];
  if (worst && worst.health !== 'healthy' && worst.health !== 'unknown')
    return { health: worst.health, ...reasonOf(worst) };
  if (seen.missing.length > 0) return { health: 'unknown', reason: `waiting for ${seen.missing.join(', ')}` };
  if (seen.counts.parked > 0) {
    const rows = seen.counts.parked === 1 ? '1 pair is parked' : `${seen.counts.parked} pairs are parked`;
    return { health: 'degraded', reason: `${rows}; see dw errors` };
  }
  const said = statuses.find((status) => status.reason !== undefined);
  return { health: worst?.health ?? 'unknown', ...(said ? reasonOf(said) : {}) };
}

function reasonOf(status: MapStatus): { reason?: string } {
  return status.reason === undefined ? {} : { reason: status.reason };
}

function newest(statuses: readonly MapStatus[]): MapStatus | undefined {
  return [...statuses].sort((left, right) => (left.at < right.at ? 1 : -1))[0];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
