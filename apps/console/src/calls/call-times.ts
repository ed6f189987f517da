/** One question to the mapper waits so long at most; below the time-out of our own clients. */
const WAIT_MS_MAX = 5_000;
/** What is left of a question's time is for its answer to arrive. */
const WAITED_SHARE = 0.9;
/** Kept back from the deadline to give up in: two short questions. */
const GIVE_UP_MS_MAX = 1_000;
const GIVE_UP_SHARE = 0.2;
export const STOP_TIMEOUT_MS = 2_000;

/** When whoever asked no longer waits for an answer, so that giving up ends before the deadline. Milliseconds since 1970. */
export function giveUpAtMs(deadlineMs: number): number {
  return Date.now() + deadlineMs - Math.min(GIVE_UP_MS_MAX, deadlineMs * GIVE_UP_SHARE);
}

/** Times of the first question, which brings what is asked for. */
export function firstQuestion(giveUpMs: number): { readonly timeoutMs: number; readonly waitMs: number } {
  const timeoutMs = Math.max(1, Math.floor(giveUpMs - Date.now()));
  return { timeoutMs, waitMs: Math.min(WAIT_MS_MAX, Math.floor(timeoutMs * WAITED_SHARE)) };
}

/** Asks again until there is an outcome, or it is time to give up. */
export async function untilOutcome<T extends { readonly outcome: unknown }>(
  first: T,
  giveUpMs: number,
  ask: (waitMs: number) => Promise<T>,
): Promise<T> {
  let last = first;
  while (last.outcome === null) {
    const waitMs = Math.min(WAIT_MS_MAX, giveUpMs - Date.now());
    if (waitMs < 1) break;
    last = await ask(Math.round(waitMs));
  }
  return last;
}
