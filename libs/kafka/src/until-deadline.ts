import { log } from '@dualwrite/telemetry';
import { translateKafkaError } from './kafka-errors';

const WAIT_MS_MIN = 100;
const WAIT_MS_MAX = 2_000;

/**
 * Tries until it works or the deadline is over: at a first start services and the broker come up together, and
 * the group coordinator is not there before its topic has been made.
 */
export async function untilDeadline<T>(
  doing: string,
  timeoutMs: number,
  attempt: () => Promise<T>,
): Promise<T> {
  const endsAt = Date.now() + timeoutMs;
  for (let waitMs = WAIT_MS_MIN; ; waitMs = Math.min(waitMs * 2, WAIT_MS_MAX)) {
    try {
      return await attempt();
    } catch (cause) {
      const error = translateKafkaError(cause, doing);
      if (!error.retryable || Date.now() + waitMs > endsAt) throw error;
      log.debug('kafka.retried', { doing, error });
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
