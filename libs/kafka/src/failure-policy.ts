import { DependencyUnavailable, SideUnavailable } from '@dualwrite/telemetry';
import { StaleBatch } from './records';

/** What to do with a partition whose handler threw. */
export type FailureVerdict =
  | { readonly kind: 'abandon' }
  | {
      readonly kind: 'pause';
      readonly ms: number;
      readonly why: 'side-unavailable' | 'dependency-unavailable';
    }
  | { readonly kind: 'crash' };

export interface FailureHistory {
  /** Consecutive failures of our own stores in this partition, this one not included. */
  readonly failureCount: number;
  /** Since the first of them; 0 if there was none. */
  readonly awayMs: number;
}

const BACKOFF_MS_MIN = 200;
const BACKOFF_MS_MAX = 5_000;
const SIDE_PAUSE_MS_MIN = 50;

/**
 * The table of style.md, section 5: a side away pauses and never exits; our own store away backs off, then exits;
 * everything else is an error of ours and exits at once, for going on could lose a record.
 *
 * @param random from 0 to 1; spreads the retries of replicas
 */
export function judgeFailure(
  error: unknown,
  history: FailureHistory,
  dependencyAwayMsMax: number,
  random: number,
): FailureVerdict {
  if (error instanceof StaleBatch) return { kind: 'abandon' };
  if (error instanceof SideUnavailable) {
    return { kind: 'pause', ms: Math.max(error.retryAfterMs, SIDE_PAUSE_MS_MIN), why: 'side-unavailable' };
  }
  if (error instanceof DependencyUnavailable && history.awayMs < dependencyAwayMsMax) {
    const base = Math.min(BACKOFF_MS_MIN * 2 ** history.failureCount, BACKOFF_MS_MAX);
    return { kind: 'pause', ms: base * (0.75 + random / 2), why: 'dependency-unavailable' };
  }
  return { kind: 'crash' };
}
