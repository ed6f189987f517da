import type { InternalClient } from '@dualwrite/service';
import { DependencyRefused, DependencyUnavailable } from '@dualwrite/telemetry';
import type { SendOutcome } from './channel-sender';
import type { PausePayload } from './delivery-store';

/** The console waits this long for all replicas to confirm; its answer is what we want to hear. */
const TIMEOUT_MS = 25_000;
const REASON_LENGTH_MAX = 1_000;

/** Pauses a map by the console, as a person would. */
export class MapPauser {
  /** @param console null: the installation did not say where it is */
  constructor(private readonly console: InternalClient | null) {}

  async pause({ map, rule, text }: PausePayload): Promise<SendOutcome> {
    if (this.console === null) return { isSent: false, answer: 'CONSOLE_URL is not set' };
    try {
      await this.console.request('/api/v1/maps:pause', {
        method: 'POST',
        body: { names: [map], reason: `alert ${rule}: ${text}`.slice(0, REASON_LENGTH_MAX) },
        timeoutMs: TIMEOUT_MS,
      });
      return { isSent: true, answer: `${map} is paused` };
    } catch (error) {
      // It is not running any more, or gone: there is nothing left to pause.
      const status = error instanceof DependencyRefused ? error.details['status'] : undefined;
      if (status === 404 || status === 409) return { isSent: true, answer: (error as Error).message };
      if (error instanceof DependencyRefused || error instanceof DependencyUnavailable)
        return { isSent: false, answer: error.message };
      throw error;
    }
  }
}
