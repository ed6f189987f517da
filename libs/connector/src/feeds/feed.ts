import type { ObservedTable } from '../side-port';

/** How a side's changes are found, table by table. One replica at a time looks at a table. */
export abstract class Feed {
  /**
   * One bounded round of a table.
   *
   * @returns milliseconds to wait before the next one
   * @throws {SideUnavailable} the round is repeated after the time that it names
   */
  abstract turn(table: ObservedTable, isHeld: () => boolean): Promise<number>;
}
