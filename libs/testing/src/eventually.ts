export interface EventuallyOptions {
  readonly deadlineMs?: number;
  readonly everyMs?: number;
  /** What is waited for, in words; stands in the error. */
  readonly until?: string;
}

/**
 * Waits until `condition` holds: returns something other than `false`, `null` and `undefined`, without throwing.
 * Returns that. After the deadline it throws with the last error, so a failing `expect` inside explains itself.
 */
export async function eventually<T>(
  condition: () => Promise<T> | T,
  { deadlineMs = 15_000, everyMs = 25, until = 'the condition holds' }: EventuallyOptions = {},
): Promise<Exclude<T, false | null | undefined>> {
  const endsAt = Date.now() + deadlineMs;
  for (;;) {
    const outcome = await attempt(condition);
    if (outcome.kind === 'held') return outcome.value;
    if (Date.now() > endsAt) {
      throw new Error(`waited ${deadlineMs} ms until ${until}`, { cause: outcome.error });
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

type Outcome<T> =
  { kind: 'held'; value: Exclude<T, false | null | undefined> } | { kind: 'not-yet'; error: unknown };

async function attempt<T>(condition: () => Promise<T> | T): Promise<Outcome<T>> {
  try {
    const value = await condition();
    if (value === false || value === null || value === undefined)
      return { kind: 'not-yet', error: undefined };
    return { kind: 'held', value: value as Exclude<T, false | null | undefined> };
  } catch (error) {
    return { kind: 'not-yet', error };
  }
}
