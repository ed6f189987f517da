import type { ParkedPair, RunningStack } from './running-stack';

/**
 * Both sides get in step, but for a few pairs of `map` in doubt; those are released as a person would, and then the sides
 * are equal.
 *
 * Rule 18: a write is marked, its executor dies or loses its register, and before another one takes over somebody edits
 * that very row. Whether the write was carried out and set back cannot be told then: such a row parks, and
 * a person says that it goes on.
 *
 * @param countMax more doubts than this are a failure
 */
export async function untilInStepBeyondDoubt(
  stack: RunningStack,
  { map, countMax, deadlineMs }: { map: string; countMax: number; deadlineMs: number },
): Promise<void> {
  const inDoubt = async (): Promise<readonly ParkedPair[]> =>
    (await stack.parked(map)).filter(({ parks }) => parks.every(({ reason }) => reason === 'write-in-doubt'));
  await stack.untilInStep({
    deadlineMs,
    but: async () => (await inDoubt()).flatMap(({ key }) => key ?? []),
  });
  const doubts = await inDoubt();
  expect(doubts.length).toBeLessThanOrEqual(countMax);
  if (doubts.length > 0) {
    await stack.dw.release(
      map,
      doubts.map(({ pairId }) => pairId),
    );
  }
  await stack.untilInStep();
}
