import type { EntitlementUse } from './budget-store';

/** Shares of a day's entitlement at which somebody should know. */
const THRESHOLDS = [0.8, 1] as const;

export interface EntitlementWarning extends EntitlementUse {
  readonly threshold: number;
}

/**
 * The thresholds that this addition has passed; each is passed once, whichever replica's addition it was.
 *
 * @param added rows that were added, and are in `use` already
 * @param rowCountMax of a user and day; 0: nobody has said
 */
export function passedThresholds(
  use: EntitlementUse,
  added: number,
  rowCountMax: number,
): EntitlementWarning[] {
  if (rowCountMax === 0) return [];
  const now = BigInt(use.rowCount);
  const before = now - BigInt(added);
  return THRESHOLDS.filter((threshold) => {
    const at = BigInt(Math.ceil(rowCountMax * threshold));
    return before < at && now >= at;
  }).map((threshold) => ({ ...use, threshold }));
}
