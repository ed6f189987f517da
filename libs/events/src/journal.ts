import type { Cell } from './cells';
import type { Side } from './side';

/** What happened; a closed list, for it becomes a metric label and a column to search by. */
export type JournalEvent =
  | 'observed'
  | 'planned'
  | 'applied'
  | 'precondition-failed'
  | 'rejected'
  | 'in-doubt'
  | 'withheld'
  | 'agreed'
  | 'conflict'
  | 'parked'
  | 'released'
  | 'waiting'
  | 'resumed'
  | 'filtered'
  | 'unlinked'
  | 'held'
  | 'discarded'
  | 'undecodable'
  | 'position-restored'
  | 'store-restored'
  | 'map-changed'
  | 'written-by-operator'
  | 'environment-changed'
  | 'alert-fired'
  | 'alert-resolved'
  | 'alerting-changed'
  | 'notice-failed'
  | 'entries-dropped'
  | 'entitlement'
  | 'shadow-differs'
  | 'deletes-held'
  | 'deletes-released'
  | 'verify-differs';

export interface JournalField {
  readonly field: string;
  readonly fo?: Cell;
  readonly dataverse?: Cell;
  /** Side whose value was given up. */
  readonly lost?: Side;
}

/** Topic `dw.journal`, key `MAP/PAIR_ID`. Append-only. */
export interface JournalEntry {
  /** Unique, and the same when the entry is published twice. */
  readonly id: string;
  readonly at: string;
  readonly service: string;
  readonly event: JournalEvent;
  readonly severity: 'info' | 'warning' | 'error';
  readonly map: string | null;
  readonly mapVersion: number | null;
  readonly pairId: string | null;
  readonly side: Side | null;
  readonly table: string | null;
  readonly nativeId: string | null;
  readonly rowId: string | null;
  /** Business key as people write it: `usmf/US-001`. */
  readonly key: string | null;
  readonly intent: string | null;
  /** Stable code of a reason or of the side's error. */
  readonly code: string | null;
  /** The reason in words, with the side's own text where there is one. */
  readonly text: string | null;
  readonly fields: readonly JournalField[];
  readonly traceId: string | null;
  /** Original message, base64, where one did not decode; cut at 64 KiB. */
  readonly bytes?: string;
}
