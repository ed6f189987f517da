import type { Breach } from './breach';
import { thingsOf, type History, type Thing } from './deed';
import { doubledRows, needlessWrites } from './rows';
import { inventedValues, lostUpdates, lostValues, resurrectedRows, unjustDeletes } from './values';

const RULES: readonly ((thing: Thing) => readonly Breach[])[] = [
  lostValues,
  lostUpdates,
  resurrectedRows,
  unjustDeletes,
  doubledRows,
  inventedValues,
  needlessWrites,
];

/**
 * Holds what both sides show, and what the journal tells, against everything that was ever done to them. Knows nothing of
 * how the product works: only what its users were promised.
 */
export function judgeHistory(history: History): readonly Breach[] {
  return thingsOf(history).flatMap((thing) => RULES.flatMap((rule) => rule(thing)));
}
