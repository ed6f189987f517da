import type { ObservedRow, Side } from '@dualwrite/events';
import type { Draft } from './draft';
import type { PendingCall } from './pair';

/** A row that was asked for is there, or is not, by then. */
const LOOK_WITHIN_MS = 15_000;

/** The target has deleted its row for a caller, who is about to delete the other one himself. */
export function announceLeaving({ pair }: Draft, { from, savedUntilMs }: PendingCall): void {
  const { row } = pair.seen[from];
  // Where nobody deletes it, the delete travels like any other.
  if (row === null || savedUntilMs === null) return;
  pair.leaving = { from, rowId: row.id, version: row.version, untilMs: savedUntilMs };
}

/** Is this row of an ended life about to be deleted by somebody else? Then its delete is not ours to send. */
export function isLeaving({ pair }: Draft, side: Side, row: ObservedRow): boolean {
  return pair.leaving?.from === side && pair.leaving.rowId === row.id;
}

/**
 * Its delete was announced and has not come: the caller's own side may have refused it, and then nobody has deleted the
 * row. A person says what is meant: a release lets the delete travel, an edit of the row keeps it, if the map's policy does.
 */
export function isLeftBehind({ pair }: Draft): boolean {
  return pair.leaving?.isOver === true;
}

/**
 * The row is gone, as was announced; or it was edited, so that it was not deleted after all: then the map's policies say
 * what becomes of it; or the wait is over.
 */
export function dropLeft(draft: Draft): void {
  const { pair, context } = draft;
  const { nowMs } = context;
  const { leaving } = pair;
  if (leaving === undefined) return;
  const { from, rowId, version, untilMs, isLookedFor, isOver } = leaving;
  const { row } = pair.seen[from];
  if (row?.id !== rowId || row.version !== version) {
    pair.leaving = undefined;
    return;
  }
  if (isOver || nowMs === undefined || nowMs < untilMs) return;
  if (!isLookedFor) {
    // It may be gone, and its feed be late: it is looked at once more before anything is concluded.
    if (!draft.reads.includes(from)) draft.reads.push(from);
    pair.leaving = { ...leaving, untilMs: nowMs + LOOK_WITHIN_MS, isLookedFor: true };
    return;
  }
  pair.leaving = { ...leaving, isOver: true };
}
