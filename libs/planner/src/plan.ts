import type {
  Backlog,
  Cells,
  JournalEvent,
  JournalField,
  Observation,
  Side,
  WriteKind,
} from '@dualwrite/events';
import type { MapRules } from './map-rules';
import type { Choice, Intent, PairState, PendingCall, Verdict } from './pair';
import type { References } from './references';

export type PlanEvent =
  /** Something was seen of one side's row; results of writes ride on it. */
  | { readonly kind: 'observation'; readonly observation: Observation }
  /** Something has no answer for too long, a wait may be over, a map version changed: look at the pair again (rule 22). */
  | { readonly kind: 'redrive' }
  /** A person drops the pair's parks; `winner`: whose value or whose delete counts where the policy says park. */
  | {
      readonly kind: 'release';
      readonly winner?: Side;
      readonly reason?: string;
      /** By field, for conflicts. */
      readonly choices?: Readonly<Record<string, Choice>>;
    }
  /** What the target has refused is tried again; nothing that is in doubt is decided by that. */
  | { readonly kind: 'retry' }
  /** Both rows, read afresh, say something else in these fields, though nobody has changed them since they were agreed. */
  | { readonly kind: 'repair'; readonly fields: readonly string[] }
  /** Somebody is about to make an edit on one side, and waits for the other side to take it. */
  | { readonly kind: 'call'; readonly call: PendingCall }
  /** Nobody waits any more. */
  | { readonly kind: 'give-up'; readonly call: string };

/**
 * Why what is seen is not to travel: of the backlog of a pause, or of what was there before a start that skipped the
 * initial sync; `skip-unmet`: read while the sides are read for the first time, so of rows that have not met yet.
 */
export type Past = Backlog['mode'] | 'skip' | 'skip-unmet';

export interface PlanContext {
  readonly rules: MapRules;
  readonly references: References;
  /** Have all rows of that side's table been seen? Before that, absence is not known. */
  readonly covered: Readonly<Record<Side, boolean>>;
  /** Highest register epoch heard of in observations and coverage markers of that side's table (rule 12). */
  readonly registerEpoch: Readonly<Record<Side, number>>;
  /** Another pair of the map holds this pair's business key: nothing may be created for it. */
  readonly isKeyHeld?: boolean;
  /** The observed row is another pair's: for this one only the answers that ride on the observation count. */
  readonly isRowElsewhere?: boolean;
  /** A restored mapper takes in what the topics hold, and plans only then (rule 24). */
  readonly isCatchingUp?: boolean;
  /** The pair's company is none that the map serves now. */
  readonly isCompanyOut?: boolean;
  /** Somebody else keeps the sides in step: what would be written is told as expected, and never sent. */
  readonly isShadow?: boolean;
  /** The map has planned more deletes than it may (mass-delete breaker): this one waits for a person. */
  readonly areDeletesHeld?: boolean;
  /** What is seen came while the map was paused, and is not to travel: see planBacklog. */
  readonly backlog?: Past;
  /** The mapper's clock, in ms since 1970: an announced edit is not waited for without end. Absent: nothing is over yet. */
  readonly nowMs?: number;
}

/** A write to be published; the shell adds map, version, run epoch and time. */
export interface PlannedWrite {
  readonly intent: number;
  readonly kind: WriteKind;
  readonly side: Side;
  readonly nativeId: string | null;
  readonly rowId: string | null;
  readonly expects: string | null;
  readonly patch: Cells;
  readonly source: string | null;
  readonly reference?: string;
  readonly registerEpoch: number;
  readonly open: readonly number[];
}

export interface PlanNote {
  readonly event: JournalEvent;
  readonly severity: 'info' | 'warning' | 'error';
  readonly side: Side | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly intent: number | null;
  readonly fields: readonly JournalField[];
}

/** What became of a call. */
export interface CallEnd {
  readonly id: string;
  /** `abandoned`: it was not carried out and never will be. `in-doubt`: a person has to look (rule 18). */
  readonly outcome: 'applied' | 'rejected' | 'abandoned' | 'in-doubt';
  /** Who rejected it: the target, or `dualwrite`, because the pair is in no state for it. */
  readonly by: Side | 'dualwrite';
  readonly code: string | null;
  readonly text: string | null;
  /** The target's row as it is known now. */
  readonly cells: Cells | null;
}

export interface Plan {
  /** The same object when nothing changed. */
  readonly pair: PairState;
  readonly writes: readonly PlannedWrite[];
  /** In shadow: what would have been written. */
  readonly expected?: readonly Intent[];
  /** Sides whose row must be looked at. */
  readonly reads: readonly Side[];
  readonly journal: readonly PlanNote[];
  /** Class of this examination; null: an older observation, nothing was examined. */
  readonly verdict: Verdict | null;
  /** The observed row is not this pair's: another row holds the side. Give it a pair of its own. */
  readonly isRowForeign: boolean;
  readonly calls: readonly CallEnd[];
}
