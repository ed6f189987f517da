import type { PairInHand } from '../pairs/pair-in-hand';

/** Ids of pairs; none of them in two lists. */
export interface DueChanges {
  /** A write has no answer yet: due again after a while. */
  readonly opened: readonly string[];
  /** Bulk work that had no credit: due as soon as there is some. */
  readonly postponed: readonly string[];
  /** Nothing is left to be done. */
  readonly closed: readonly string[];
}

/** What becomes of the pairs of a batch among those that are to be looked at again. */
export function dueChanges(
  pairs: readonly Pick<PairInHand, 'pairId' | 'stored' | 'state' | 'isExamined'>[],
  withoutCredit: ReadonlySet<string>,
): DueChanges {
  const opened: string[] = [];
  const postponed: string[] = [];
  const closed: string[] = [];
  for (const { stored, state, pairId, isExamined } of pairs) {
    const wasOpen = (stored?.intents.length ?? 0) > 0;
    const isOpen = state.intents.length > 0;
    if (isOpen) {
      // Whatever was postponed is planned when the answer of the open write comes.
      if (stored?.intents !== state.intents) opened.push(pairId);
    } else if (withoutCredit.has(pairId)) postponed.push(pairId);
    else if (wasOpen || isExamined) closed.push(pairId);
  }
  return { opened: opened.sort(), postponed: postponed.sort(), closed: closed.sort() };
}
