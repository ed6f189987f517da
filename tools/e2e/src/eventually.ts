const LOOK_EVERY_MS = 50;

export interface Deadline {
  /** What did not come true, for the failure's text. */
  readonly what: string;
  readonly deadlineMs?: number;
}

/**
 * Asks until the answer is neither undefined, null nor false, and returns it. An exception counts as "not yet" (a
 * service may just be starting again) and is the cause if time runs out.
 */
export async function eventually<T>(
  ask: () => Promise<T | undefined | null | false>,
  { what, deadlineMs = 20_000 }: Deadline,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms: ${what}`, { cause });
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
