import type { SideFailureKind } from '../side-failure';

/** What is to be done about an error, in one word. */
export type ErrorClass = 'retryable' | 'refused-data' | 'refused-caller' | 'gone' | 'conflict' | 'throttled';

/** One error of a side: what it looks like, what it means, and what helps. */
export interface SheetError {
  /** Ours, for ever: alerts and people refer to it. */
  readonly code: string;
  readonly class: ErrorClass;
  /** The failure that the connector makes of it. */
  readonly failure: SideFailureKind;
  readonly statuses: readonly number[];
  /** The side's own code or exception, where it has one. */
  readonly sideCode?: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** Each class in a sentence, for people. */
export const CLASS_MEANINGS: Readonly<Record<ErrorClass, string>> = {
  retryable:
    'The side or the way to it failed. It is tried again; where an effect is possible, the row is looked at first.',
  'refused-data':
    'The side understood and said no, for good. The pair is parked with this text until the data or the set-up changes.',
  'refused-caller': 'Our credentials or our role do not allow it. Nothing is parked; the partition waits.',
  gone: 'What was asked for is not there (any more).',
  conflict: 'Somebody else was there first. The row is read and the pair planned again.',
  throttled: 'Too much at once. It is sent again after the time that the side names.',
};
