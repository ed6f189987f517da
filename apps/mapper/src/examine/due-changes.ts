import type { PairState } from '@dualwrite/planner';
import type { PairInHand } from '../pairs/pair-in-hand';

/** Ids of pairs; none of them in two lists. */
export interface DueChanges {
  /** A write has no answer yet, or an announced or expected change does not show yet: due again after a while. */
  readonly open: readonly { readonly pairId: string; readonly afterMs: number }[];
  /** Bulk work that had no credit: due as soon as there is some. */
  readonly postponed: readonly string[];
  /** Nothing is left to be done. */
  readonly closed: readonly string[];
}

/** A little behind the end of an announcement, so that it is over when it is looked at. */
const OVERDUE_AFTER_MS = 10;

/**
 * What becomes of the pairs of a batch among those that are to be looked at again.
 *
 * @param redriveAfterMs a write without an answer is sent again after it
 * @param expectedInMs in shadow: when what others should have done by then is looked at; undefined: nothing is expected
 */
export function dueChanges(
  pairs: readonly Pick<PairInHand, 'pairId' | 'stored' | 'state' | 'isExamined'>[],
  {
    withoutCredit,
    redriveAfterMs,
    nowMs,
    expectedInMs = () => undefined,
  }: {
    withoutCredit: ReadonlySet<string>;
    redriveAfterMs: number;
    nowMs: number;
    expectedInMs?: (pairId: string) => number | undefined;
  },
): DueChanges {
  const open: { pairId: string; afterMs: number }[] = [];
  const postponed: string[] = [];
  const closed: string[] = [];
  for (const { stored, state, pairId, isExamined } of pairs) {
    const wasOpen = (stored?.intents.length ?? 0) > 0 || overdueMs(stored).length > 0;
    const { intents } = state;
    const awaitedMs = overdueMs(state);
    const expectedMs = expectedInMs(pairId);
    if (intents.length > 0) {
      // Whatever was postponed is planned when the answer of the open write comes.
      if (stored?.intents !== intents) open.push({ pairId, afterMs: redriveAfterMs });
    } else if (withoutCredit.has(pairId)) postponed.push(pairId);
    else if (awaitedMs.length > 0) {
      // An edit that was announced and does not come is not waited for without end.
      open.push({ pairId, afterMs: Math.max(0, Math.min(...awaitedMs) - nowMs) + OVERDUE_AFTER_MS });
    } else if (expectedMs !== undefined) open.push({ pairId, afterMs: expectedMs });
    else if (wasOpen || isExamined) closed.push(pairId);
  }
  // Postgres locks rows in this order: every transaction has the same.
  const byId = (one: { pairId: string }, other: { pairId: string }) => (one.pairId < other.pairId ? -1 : 1);
  return { open: open.sort(byId), postponed: postponed.sort(), closed: closed.sort() };
}

/** When what was announced and does not show is looked at, each. */
function overdueMs(state: Pick<PairState, 'announced' | 'leaving'> | null): number[] {
  const fields = Object.values(state?.announced ?? {}).map(({ untilMs }) => untilMs);
  return state?.leaving && !state.leaving.isOver ? [...fields, state.leaving.untilMs] : fields;
}
