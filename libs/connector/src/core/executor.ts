import { mapperEpochOf, NOT_BEGUN, type Write, type WriteOutcome } from '@dualwrite/events';
import { floatsUntilMs, isOvertaken, markAttempt } from './attempts';
import type { RegisterEntry, SideRow } from './register-entry';

export interface ExecutorFacts {
  readonly registerEpoch: number;
  /**
   * All that was begun of what was planned on this epoch of the register or a later one has its mark or its answer here,
   * whatever was restored since (rule 23). Absent: that holds for the present epoch alone.
   */
  readonly marksFromEpoch?: number;
  /** As the newest record of the write's map says; null: no such map. */
  readonly map: {
    readonly isRunning: boolean;
    readonly runEpoch: number;
    /** Of the mapper's database now; what an earlier one has planned is not sent (rule 24). */
    readonly mapperEpoch?: number;
  } | null;
  /** The side honours `If-Match` on this table; where not (class B), the row is looked at first and a gap remains. */
  readonly isConditional: boolean;
  readonly nowMs: number;
  /**
   * When an attempt that begins now can have no effect any more: the longest time from here to the sending, and from
   * there to the side's last moment to carry it out. Whoever finds himself later than the first must not send.
   */
  readonly deadlineMs: number;
}

export type Step =
  /**
   * Send nothing. Read the row with a new position and observe it, together with the outcome where there is one;
   * null: answered before, or void for ever.
   */
  | { readonly do: 'answer'; readonly outcome: WriteOutcome | null; readonly code?: string }
  /** Store the marked entry, note the position, send. `lookFirst`: read and ask `compareBeforeSending` before. */
  | {
      readonly do: 'send';
      readonly attempt: 'first' | 'again';
      readonly entry: RegisterEntry;
      readonly lookFirst: boolean;
    }
  /** An earlier request may still arrive: come again then. */
  | { readonly do: 'wait-until'; readonly atMs: number };

/** What becomes of a write (rules 7, 8, 9, 12). One write of a row at a time, in a turn of its entry. */
export function nextStep(write: Write, entry: RegisterEntry, facts: ExecutorFacts): Step {
  const result = entry.results[write.id];
  const begun = result?.outcome === 'started';
  // Rule 7: answered already, or void.
  if (result !== undefined && !begun) return { do: 'answer', outcome: null };
  if (isOvertaken(entry, write)) return { do: 'answer', outcome: null };
  const isOfOldRegister = write.registerEpoch !== facts.registerEpoch;
  // Planned on a register that was restored since, and there would be a mark: it was never begun, so it is planned anew.
  if (isOfOldRegister && !begun && write.registerEpoch >= (facts.marksFromEpoch ?? facts.registerEpoch)) {
    return { do: 'answer', outcome: 'withheld', code: NOT_BEGUN };
  }
  // Rule 12: the map is paused, stopped or was restarted since.
  const { map } = facts;
  const isOfThisRun =
    map !== null && write.runEpoch >= map.runEpoch && mapperEpochOf(write.intent) >= (map.mapperEpoch ?? 0);
  if (!isOfThisRun || !map.isRunning) {
    return { do: 'answer', outcome: begun ? 'in-doubt' : 'withheld' };
  }
  if (isOfOldRegister) return { do: 'answer', outcome: 'in-doubt' };
  if (write.kind === 'create') {
    // Rule 9: a create is sent once, ever; before anybody looks what became of it, it must have come to rest.
    const untilMs = floatsUntilMs(entry, 'create');
    if (untilMs > facts.nowMs) return { do: 'wait-until', atMs: untilMs };
    if (begun) return { do: 'answer', outcome: 'in-doubt' };
    if (entry.row !== null) return { do: 'answer', outcome: 'precondition-failed' };
  }
  const marked = markAttempt(entry, write, facts);
  return { do: 'send', ...marked, lookFirst: write.kind !== 'create' && !facts.isConditional };
}

/** Class B (convergence 4): the row as it is now, just before sending. Null: it may be sent. */
export function compareBeforeSending(
  write: Write,
  attempt: 'first' | 'again',
  row: SideRow | null,
): WriteOutcome | null {
  if (row?.version === write.expects) return null;
  return attempt === 'first' ? 'precondition-failed' : 'in-doubt';
}
