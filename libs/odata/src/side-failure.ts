/**
 * Why a request to a side did not do what was asked, in the words that decisions need. One function per side makes
 * it (`classifyDataverse`, `classifyFo`); nobody else looks at status codes, error codes or texts.
 */
export type SideFailure = {
  /** Code of the sheet of errors (docs/reference/errors.md); absent where we ourselves refuse. */
  readonly error?: string;
} &
  /** Refused for load; surely without effect. */
  (
    | { readonly kind: 'throttled'; readonly retryAfterMs: number }
    /** Nobody was there to carry it out; surely without effect. */
    | { readonly kind: 'unavailable'; readonly retryAfterMs: number; readonly text: string }
    /** Our credentials or our role do not allow it. */
    | { readonly kind: 'refused-caller'; readonly code: string; readonly text: string }
    | { readonly kind: 'not-found' }
    /** The row does not have the version that was named; surely without effect. */
    | { readonly kind: 'precondition-failed' }
    /** A create met a row of that key; `primary`: under the very id or key that was sent. */
    | {
        readonly kind: 'duplicate';
        readonly key: 'primary' | 'alternate';
        readonly code: string;
        readonly text: string;
      }
    /** The side understood and said no: its own code and its own text. */
    | { readonly kind: 'rejected'; readonly code: string; readonly text: string }
    /** No answer that tells: it may or may not have had its effect. */
    | { readonly kind: 'lost'; readonly text: string }
  );

export type SideFailureKind = SideFailure['kind'];
