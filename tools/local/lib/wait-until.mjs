import { setTimeout as delay } from 'node:timers/promises';

/**
 * Asks `condition` again and again until it answers something truthy, and returns that.
 *
 * @param {() => unknown} condition may be async; a throw counts as "not yet", and is the cause if time runs out
 * @param {{what: string, deadlineMs: number, everyMs?: number, signal?: AbortSignal}} options
 */
export async function waitUntil(condition, { what, deadlineMs, everyMs = 100, signal }) {
  const end = Date.now() + deadlineMs;
  let lastError;
  for (;;) {
    signal?.throwIfAborted();
    try {
      const answer = await condition();
      if (answer) return answer;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      lastError = error;
    }
    if (Date.now() > end) {
      throw new Error(`gave up after ${Math.round(deadlineMs / 1000)} s: ${what}`, { cause: lastError });
    }
    await delay(everyMs, undefined, { signal });
  }
}

/** Thrown inside a condition: waiting any longer makes no sense. */
export class Hopeless extends Error {}
