import { retryAfterMs } from '../retry-after';
import type { SideFailure } from '../side-failure';
import type { SheetError } from './error-class';

/** Wait before asking again a side that was not there, or gave up, and named no time. */
export const AWAY_WAIT_MS = 2_000;

export interface Seen {
  readonly status: number;
  /** The side's own. */
  readonly code: string;
  readonly text: string;
  readonly retryAfter: string | undefined;
  readonly nowMs: number;
  /** Which key a duplicate met. */
  readonly key?: 'primary' | 'alternate';
}

/** The failure that an error of the sheet is, with what was seen of it. */
export function failureOf(error: SheetError, seen: Seen): SideFailure {
  const { status, code, text, retryAfter, nowMs, key = 'primary' } = seen;
  const named = { error: error.code };
  switch (error.failure) {
    case 'throttled':
      return {
        kind: 'throttled',
        // Only a 429 means what it says by a missing time: come much later.
        retryAfterMs: retryAfterMs(retryAfter, nowMs, ...(status === 429 ? [] : [AWAY_WAIT_MS])),
        ...named,
      };
    case 'unavailable':
      return {
        kind: 'unavailable',
        retryAfterMs: retryAfterMs(retryAfter, nowMs, AWAY_WAIT_MS),
        text,
        ...named,
      };
    case 'lost':
      return { kind: 'lost', text: `${status} ${text}`, ...named };
    case 'not-found':
    case 'precondition-failed':
      return { kind: error.failure, ...named };
    case 'duplicate':
      return { kind: 'duplicate', key, code: code || 'duplicate', text, ...named };
    case 'refused-caller':
      return { kind: 'refused-caller', code, text, ...named };
    case 'rejected':
      return { kind: 'rejected', code: code || String(status), text, ...named };
  }
}
