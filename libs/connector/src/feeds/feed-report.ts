/** How changes of a table are found, best first. */
export type FeedClass =
  /** Told by the side, and fetched at once. */
  | 'nudged'
  /** Asked for, again and again. */
  | 'polled'
  /** Told row by row by the side, healed by comparing all keys. */
  | 'events'
  /** Found by comparing all keys alone. */
  | 'swept';

export interface FeedReport {
  readonly table: string;
  readonly class: FeedClass;
  /** Why it is no better class. */
  readonly reason: string;
  /** After this long a change is found even if no word of it arrives. */
  readonly healMs: number;
  /** What finding changes costs while nothing changes. */
  readonly requestsPerHour: number;
}
