import type { Side } from '@dualwrite/events';

/** Which promise was broken (docs/guarantees.md). */
export type BreachKind =
  | 'lost-value'
  | 'lost-update'
  | 'resurrected'
  | 'unjust-delete'
  | 'doubled'
  | 'invented'
  | 'needless-write'
  | 'disagreement'
  | 'unbalanced'
  /** A row that no pair holds. */
  | 'unaccounted'
  /** The side has changed, and nobody has noticed. */
  | 'unseen'
  /** A write of ours without an answer. */
  | 'unsettled';

/** One row for which a promise did not hold. */
export interface Breach {
  readonly kind: BreachKind;
  readonly map: string;
  /** Business key; null where the breach is the whole map's. */
  readonly key: string | null;
  readonly side?: Side;
  readonly field?: string;
  /** In words, with the values. */
  readonly text: string;
}
