/** Kept for every replica whatever it asks for, so that it can begin. */
const EVEN_PART = 0.1;
/**
 * Of what a replica has too much, it gives up so much at a time. What replicas ask for swings with the window: who has used
 * its part up asks for little until it is free again. A share that followed each swing would be on its way half of the time,
 * given up by one and not yet taken by another.
 */
const GIVEN_UP_AT_A_TIME = 0.25;
/** Shares are fractions of calls; so much less than a whole one is a whole one. */
const ROUNDING = 1e-6;

/** What a replica asks for, and has. */
export interface Standing {
  /** Calls that it asked for lately. */
  readonly askedCount: number;
  readonly share: number;
}

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
 * The share that a replica has from now on: it gives up first, and grows into what others have given up. So all of them
 * together never have more than the whole, though each knows of the others what they said last. It is whole calls of the
 * limit: of 50 calls, shares of 24.5 and 25.5 let 24 and 25 go, and the fiftieth is wasted, for each user and server.
 *
 * @param others each other replica that lives
 * @param limit calls of one user on one server in a window; null: the side has no such limit
 */
export function nextShare(own: Standing, others: readonly Standing[], limit: number | null): number {
  const asked = others.map(({ askedCount }) => askedCount);
  const wanted = shareAmong(own.askedCount, asked);
  const free = 1 - others.reduce((sum, { share }) => sum + share, 0);
  const isAwaited = others.some(({ share }) => share < EVEN_PART / (others.length + 1) - ROUNDING);
  const pace = isAwaited ? 1 : GIVEN_UP_AT_A_TIME;
  if (limit === null) {
    const tooMuch = Math.max(0, own.share - wanted);
    return Math.max(0, Math.min(Math.max(wanted, own.share - tooMuch * pace), free));
  }
  const wantedCount = Math.ceil(wanted * limit - ROUNDING);
  const tooMany = Math.round(own.share * limit) - wantedCount;
  // A call at least, else it would never get there.
  const count = wantedCount + (tooMany > 0 ? tooMany - Math.max(1, Math.round(tooMany * pace)) : 0);
  return Math.max(0, Math.min(count, Math.floor(free * limit + ROUNDING))) / limit;
}
