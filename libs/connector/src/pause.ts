import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or ends at once when the work is over: an aborted wait is no error. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
