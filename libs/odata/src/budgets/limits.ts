/** What a side counts against a user on one of its servers. */
export type Dimension = 'requests' | 'time' | 'concurrency';

/** Limits of one user on one server of the side; null: none that we know of. */
export interface BudgetLimits {
  readonly requestCountMax: number | null;
  /** Time that the server spends on the user's requests. */
  readonly executionMsMax: number | null;
  readonly concurrencyMax: number;
  /** Sliding; of requests and time. */
  readonly windowMs: number;
}

/** What is `live` goes first: a person waits for it. `bulk` is everything else: loads, full reads, counts. */
export type Priority = 'live' | 'bulk';

/** Kept free of bulk, so that a live call need not wait for the window to move on. */
const LIVE_RESERVE = 0.02;

/** A share is a fraction of calls; what is whole but for the rounding of fractions is whole. */
const ROUNDING = 1e-6;

/** The share of a limit that is ours among the replicas, in whole calls or milliseconds. */
export function wholeOf(limit: number, share: number): number {
  return Math.floor(limit * share + ROUNDING);
}

/** The same, but at least one: else nothing would ever begin. */
export function shareOf(limit: number, share: number): number {
  return Math.max(1, wholeOf(limit, share));
}

/** How much of a limit a call of this priority may use. */
export function usableOf(limit: number, priority: Priority): number {
  return priority === 'live' ? limit : Math.max(1, limit - Math.floor(limit * LIVE_RESERVE));
}
