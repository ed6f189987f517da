import { DependencyRefused, SideUnavailable } from '@dualwrite/telemetry';
import type { SideFailure } from './side-failure';

const LOST_READ_WAIT_MS = 1_000;

/** A read that failed for good, as the exception that the runner understands. `what` names the request for the log. */
export function readFailure(failure: SideFailure, what: string): Error {
  switch (failure.kind) {
    case 'throttled':
      return new SideUnavailable(`${what}: throttled`, failure.retryAfterMs);
    case 'unavailable':
      return new SideUnavailable(`${what}: away`, failure.retryAfterMs, { text: failure.text });
    case 'lost':
      return new SideUnavailable(`${what}: no answer`, LOST_READ_WAIT_MS, { text: failure.text });
    case 'not-found':
      return new DependencyRefused(`${what}: there is nothing at this address`);
    case 'precondition-failed':
      return new DependencyRefused(`${what}: refused a precondition that a read does not have`);
    case 'refused-caller':
    case 'duplicate':
    case 'rejected':
      return new DependencyRefused(`${what}: refused`, { code: failure.code, text: failure.text });
  }
}

/** Worth a second try at once: nobody has asked us to wait. */
export function mayReadAgain(failure: SideFailure | null): boolean {
  return failure?.kind === 'lost' || failure?.kind === 'unavailable';
}
