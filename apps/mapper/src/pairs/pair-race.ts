import type { RowName } from './pair-store';

/**
 * What was looked up before the locks is not what the locked pairs say, or another transaction gave one of these rows
 * or keys to a pair of its own; or a delete was met, which is counted under a lock of its own. All is done again, with these looked up from the start.
 */
export class PairRace extends Error {
  readonly code = 'pair-race';

  constructor(
    message: string,
    readonly involved: {
      readonly keys?: readonly string[];
      readonly rows?: readonly RowName[];
      readonly deletes?: true;
    } = {},
  ) {
    super(message);
  }
}
