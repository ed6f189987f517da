import type { HttpSilence, HttpWithheld } from '../http-outcome';
import type { SideFailure } from '../side-failure';
import { AWAY_WAIT_MS } from './failure-of';
import { SILENCES } from './fo-errors';

/** No answer: what it means depends on whether the request can have left this machine. */
export function silenceFailure(outcome: HttpSilence | HttpWithheld): SideFailure {
  // By our own budgets: surely without effect.
  if (outcome.kind === 'withheld') return { kind: 'throttled', retryAfterMs: outcome.retryAfterMs };
  const { mayBeSent, text } = outcome;
  if (mayBeSent) return { kind: 'lost', text, error: SILENCES.noAnswer.code };
  return { kind: 'unavailable', retryAfterMs: AWAY_WAIT_MS, text, error: SILENCES.noConnection.code };
}
