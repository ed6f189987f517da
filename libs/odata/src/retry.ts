import { setTimeout as delay } from 'node:timers/promises';

export interface RetryLimits {
  readonly attemptCountMax: number;
  readonly waitMinMs: number;
  readonly waitMaxMs: number;
}

/** Reads only: a write is never repeated here, for whoever repeats it must know that it may have had effect. */
export const READ_RETRY: RetryLimits = { attemptCountMax: 3, waitMinMs: 50, waitMaxMs: 1_000 };

/**
 * Repeats `attempt` while `mayRetry` says so. The wait doubles and is drawn at random up to its size, so that many
 * callers who failed together do not come back together. The last result is handed over as it is.
 */
export async function retryRead<T>(
  attempt: () => Promise<T>,
  mayRetry: (result: T) => boolean,
  limits: RetryLimits = READ_RETRY,
): Promise<T> {
  for (let count = 1; ; count++) {
    const result = await attempt();
    if (count >= limits.attemptCountMax || !mayRetry(result)) return result;
    const waitMs = Math.min(limits.waitMinMs * 2 ** (count - 1), limits.waitMaxMs);
    await delay(waitMs / 2 + Math.random() * (waitMs / 2));
  }
}
