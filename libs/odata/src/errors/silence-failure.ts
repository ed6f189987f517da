import type { HttpSilence } from '../http-outcome';
import type { SideFailure } from '../side-failure';
import { AWAY_WAIT_MS } from './failure-of';
import { SILENCES } from './fo-errors';

/** No answer: what it means depends on whether the request can have left this machine. */
export function silenceFailure({ mayBeSent, text }: HttpSilence): SideFailure {
  if (mayBeSent) return { kind: 'lost', text, error: SILENCES.noAnswer.code };
  return { kind: 'unavailable', retryAfterMs: AWAY_WAIT_MS, text, error: SILENCES.noConnection.code };
}
