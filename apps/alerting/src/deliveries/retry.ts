const RETRY_MS_MIN = 2_000;
const RETRY_MS_MAX = 900_000;
/** After so long nobody wants to hear it any more; the journal has it, and says that it was not told. */
export const GIVE_UP_MS = 86_400_000;

/**
 * When a failed attempt is made again; null: no more.
 *
 * @param attempts made so far, at least 1
 * @param chance from 0 to 1: many that failed together do not come back together
 */
export function retryInMs(
  attempts: number,
  { ageMs, chance, askedMs = 0 }: { ageMs: number; chance: number; askedMs?: number },
): number | null {
  if (ageMs >= GIVE_UP_MS) return null;
  const backoffMs = Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** Math.min(attempts - 1, 20));
  return Math.max(askedMs, Math.round(backoffMs * (0.5 + chance / 2)));
}
