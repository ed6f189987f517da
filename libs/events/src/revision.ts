/**
 * Place of an observation in the order that the register made. Grows within one native id; `epoch` grows when the
 * register was restored from a backup. `n` is a 64-bit integer as a decimal string, drawn from one sequence per side.
 */
export interface Revision {
  readonly epoch: number;
  readonly n: string;
}

/** Negative: `left` is the earlier one; 0: the same; positive: `left` is the later one. */
export function compareRevisions(left: Revision, right: Revision): number {
  if (left.epoch !== right.epoch) return left.epoch - right.epoch;
  const difference = BigInt(left.n) - BigInt(right.n);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}
