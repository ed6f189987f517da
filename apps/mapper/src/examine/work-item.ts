import type { Observation, Side } from '@dualwrite/events';

/** One thing to be planned, with the trace that it belongs to. */
export type WorkItem =
  | { readonly kind: 'observation'; readonly observation: Observation; readonly traceparent: string }
  | { readonly kind: 'redrive'; readonly pairId: string; readonly traceparent: string }
  | {
      readonly kind: 'release';
      readonly pairId: string;
      readonly release: Release;
      readonly traceparent: string;
    };

/** A person drops the parks of a pair (rule 21). */
export interface Release {
  /** Whose value, or whose delete, counts where the policy asks a person. */
  readonly winner?: Side;
  /** For the journal: who, and why. */
  readonly reason?: string;
}
