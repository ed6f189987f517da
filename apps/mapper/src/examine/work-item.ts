import type { Observation } from '@dualwrite/events';

/** One thing to be planned, with the trace that it belongs to. */
export type WorkItem =
  | { readonly kind: 'observation'; readonly observation: Observation; readonly traceparent: string }
  | { readonly kind: 'redrive'; readonly pairId: string; readonly traceparent: string };
