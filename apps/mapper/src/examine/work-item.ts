import type { Observation, Side } from '@dualwrite/events';
import type { Choice, Past, PendingCall } from '@dualwrite/planner';

/** One thing to be planned, with the trace that it belongs to. */
export type WorkItem =
  | {
      readonly kind: 'observation';
      readonly observation: Observation;
      readonly traceparent: string;
      /** It is of the past, and is not to travel. */
      readonly backlog?: Past | undefined;
    }
  | {
      readonly kind: 'redrive';
      readonly pairId: string;
      readonly traceparent: string;
      /** One of very many: see BulkCredit. */
      readonly isBulk?: boolean;
    }
  /** Looked at once more, whatever is due. */
  | { readonly kind: 'again'; readonly pairId: string; readonly traceparent: string }
  /** What the target has refused is tried again. */
  | { readonly kind: 'retry'; readonly pairId: string; readonly traceparent: string }
  | {
      readonly kind: 'release';
      readonly pairId: string;
      readonly release: Release;
      readonly traceparent: string;
    }
  | {
      readonly kind: 'repair';
      readonly pairId: string;
      readonly repair: Repair;
      readonly traceparent: string;
    }
  /** Somebody waits for the other side to take an edit, or the end of a row. */
  | {
      readonly kind: 'call';
      readonly pairId: string;
      readonly call: PendingCall;
      readonly traceparent: string;
    }
  /** Somebody waits for the other side to make a row: its pair is found as if the row had been seen. */
  | {
      readonly kind: 'newcomer';
      readonly observation: Observation;
      readonly call: PendingCall;
      readonly traceparent: string;
    }
  | {
      readonly kind: 'give-up';
      readonly pairId: string;
      readonly call: string;
      readonly traceparent: string;
    };

/** Fields in which both rows, read afresh, are not the same. */
export interface Repair {
  readonly fields: readonly string[];
}

/** A person drops the parks of a pair (rule 21). */
export interface Release {
  /** Whose value, or whose delete, counts where the policy asks a person. */
  readonly winner?: Side;
  /** By field, for conflicts. */
  readonly choices?: Readonly<Record<string, Choice>>;
  /** For the journal: who, and why. */
  readonly reason?: string;
}
