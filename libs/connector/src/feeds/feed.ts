import type { ObservedTable } from '../side-port';
import type { FeedReport } from './feed-report';

/** How a side's changes are found, table by table. One replica at a time looks at a table. */
export abstract class Feed {
  /**
   * One bounded round of a table.
   *
   * @param wasNudged somebody has said that there is something to find
   * @returns milliseconds to wait before the next one, unless a nudge comes
   * @throws {SideUnavailable} the round is repeated after the time that it names
   */
  abstract turn(table: ObservedTable, isHeld: () => boolean, wasNudged: boolean): Promise<number>;

  /** How this replica finds the table's changes at the moment. */
  abstract report(table: ObservedTable): FeedReport;

  /** From the beginning of one nudged round to the next: many nudges of a busy table are answered together. */
  get nudgeGapMs(): number {
    return 0;
  }
}
