import type { DeleteLimit } from '@dualwrite/events';

/** The percentage of a small map is a handful of rows: below this many deletes only the count holds. */
export const PERCENT_HOLDS_ABOVE_COUNT = 100;

export interface DeletesSoFar {
  /** Of the map, whatever their class. */
  readonly pairCount: number;
  /** Planned within the window. */
  readonly deletedCount: number;
}

/** A map's own limit where it has one, else that of the service. */
export function deleteLimitOf(own: Partial<DeleteLimit> | undefined, usual: DeleteLimit): DeleteLimit {
  return { ...usual, ...own };
}

/** How many deletes the map may plan within a window, given its size. */
export function deleteCountMax(
  { countMax, percentMax }: DeleteLimit,
  { pairCount }: Pick<DeletesSoFar, 'pairCount'>,
): number {
  const ofPercent = Math.max(PERCENT_HOLDS_ABOVE_COUNT, Math.floor((pairCount * percentMax) / 100));
  return Math.min(countMax, ofPercent);
}

/** Why the map's deletes are held, as people read it. */
export function heldText(limit: DeleteLimit, so: DeletesSoFar): string {
  const minutes = Math.round(limit.windowMs / 60_000);
  return (
    `${so.deletedCount} rows were deleted within ${minutes} min and more are to be: the map may delete ` +
    `${deleteCountMax(limit, so)} (${limit.countMax}, or ${limit.percentMax} % of its ${so.pairCount} rows). ` +
    'Its deletes wait for a person: see dw deletes show'
  );
}
