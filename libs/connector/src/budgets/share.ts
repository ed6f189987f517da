/** Kept for every replica whatever it asks for, so that it can begin. */
const EVEN_PART = 0.1;

/**
 * Our share of the side's limits among the replicas: a small part for everybody, the rest by what each has asked for
 * lately. So a replica that holds all the work gets nearly all of the budget, and one that begins gets its own soon.
 *
 * @param own calls that we asked for lately
 * @param others the same of each other replica that lives
 */
export function shareAmong(own: number, others: readonly number[]): number {
  const count = others.length + 1;
  const all = others.reduce((sum, asked) => sum + asked, own);
  if (all === 0) return 1 / count;
  return EVEN_PART / count + (1 - EVEN_PART) * (own / all);
}

/**
 * What a replica has of the share that it wants: it gives up at once, and grows into what others have given up. So all of
 * them together never have more than the whole, though each knows of the others what they said last.
 *
 * @param othersGranted what each other replica has
 */
export function grantedShare(wanted: number, othersGranted: readonly number[]): number {
  const free = 1 - othersGranted.reduce((sum, share) => sum + share, 0);
  return Math.max(0, Math.min(wanted, free));
}
