import type { Side } from '@dualwrite/events';

/** How far the rolling verify of a map is: F&O's rows first, then those of Dataverse, then anew. */
export interface RollingRound {
  readonly round: number;
  readonly startedAtMs: number;
  readonly side: Side;
  /** Of the side's table; null: from its beginning. */
  readonly cursor: string | null;
  /** Rows of both sides that were looked at in this round. */
  readonly rowCount: number;
}

/** A round that has seen every row. */
export interface EndedRound {
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  readonly rowCount: number;
}

const MINUTE_MS = 60_000;
/** So often a portion is read: small ones all the time, instead of a large one now and then. */
const PORTIONS_PER_MINUTE = 6;
/** As many as the services take in one call. */
const PORTION_ROW_COUNT_MAX = 500;

export function firstRound(nowMs: number): RollingRound {
  return { round: 1, startedAtMs: nowMs, side: 'fo', cursor: null, rowCount: 0 };
}

export function portionRowCount(rowsPerMinute: number): number {
  return Math.min(PORTION_ROW_COUNT_MAX, Math.max(1, Math.ceil(rowsPerMinute / PORTIONS_PER_MINUTE)));
}

/** How long the budget wants nothing to be read after so many rows. */
export function restMs(rowCount: number, rowsPerMinute: number): number {
  return Math.ceil((Math.max(1, rowCount) * MINUTE_MS) / rowsPerMinute);
}

/** Behind a portion. @returns what to go on with, and the round if it has ended with this portion */
export function behindPortion(
  at: RollingRound,
  read: { readonly rowCount: number; readonly nextCursor: string | null },
  nowMs: number,
): { readonly next: RollingRound; readonly ended: EndedRound | null } {
  const rowCount = at.rowCount + read.rowCount;
  if (read.nextCursor !== null) return { next: { ...at, cursor: read.nextCursor, rowCount }, ended: null };
  if (at.side === 'fo') return { next: { ...at, side: 'dataverse', cursor: null, rowCount }, ended: null };
  return {
    next: { ...firstRound(nowMs), round: at.round + 1 },
    ended: { startedAtMs: at.startedAtMs, endedAtMs: nowMs, rowCount },
  };
}
