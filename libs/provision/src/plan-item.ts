import type { Side } from '@dualwrite/events';

export type PlanItemState =
  /** Not there. */
  | 'missing'
  /** There, but otherwise than wanted. */
  | 'different'
  /** The side is still at work on it. */
  | 'pending'
  /** The side tried and could not. */
  | 'failed'
  /** Nobody can tell from outside whether it is there. */
  | 'unconfirmed';

/** One difference between what the maps need and what a side has. */
export interface PlanItem {
  readonly side: Side;
  readonly kind: string;
  /** `account.msdyn_creditrating`, `webhook Dualwrite`. */
  readonly where: string;
  readonly what: string;
  readonly state: PlanItemState;
  /** Applying the plan does it; where not, `remedy` says what a person does. */
  readonly isOurs: boolean;
  readonly remedy: string | null;
}
