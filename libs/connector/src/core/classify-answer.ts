import type { Write, WriteResult } from '@dualwrite/events';
import type { SideRow } from './register-entry';

/** The side's answer to a write, in the connector's words. */
export type SendAnswer =
  /** Carried out; with the row where the side returns its representation. */
  | { readonly kind: 'done'; readonly row?: SideRow | null; readonly madeId?: string | null }
  /** 412. */
  | { readonly kind: 'precondition-failed' }
  /** 404. */
  | { readonly kind: 'not-found' }
  /** A create over a row that is there: its id or its key is taken. */
  | { readonly kind: 'duplicate'; readonly code: string; readonly text: string }
  /** The side refuses the data, for good. */
  | { readonly kind: 'rejected'; readonly code: string; readonly text: string }
  /** Sent, and nobody knows what became of it: timeout, cut connection, 5xx. */
  | { readonly kind: 'lost' }
  /** Surely not carried out: throttled (429), or the connection was never made. */
  | { readonly kind: 'not-executed' };

export type Classified =
  /**
   * Store the result together with a row that is not older than the effect (rule 10): the given row with the position
   * noted before sending, or, where `row` is undefined, a read with a new position.
   */
  | {
      readonly do: 'report';
      readonly result: WriteResult;
      readonly row: SideRow | null | undefined;
      readonly madeId: string | null;
    }
  /** Leave the mark and let the write come again: it will be a second attempt. */
  | { readonly do: 'again' }
  /** Take the mark back (`withdrawAttempt`) and let the write come again. */
  | { readonly do: 'withdraw' };

/** Rule 8: after a first attempt the answer tells; after a second one a refusal may be the echo of our own effect. */
export function classifyAnswer(write: Write, attempt: 'first' | 'again', answer: SendAnswer): Classified {
  const refused = (
    outcome: 'precondition-failed' | 'rejected',
    said?: { code: string; text: string },
  ): Classified => ({
    do: 'report',
    result:
      attempt === 'again'
        ? { outcome: 'in-doubt' }
        : { outcome, ...(said && { code: said.code, text: said.text }) },
    row: undefined,
    madeId: null,
  });
  switch (answer.kind) {
    case 'done':
      return {
        do: 'report',
        result: { outcome: 'applied' },
        row: write.kind === 'delete' ? undefined : answer.row,
        madeId: write.kind === 'create' ? (answer.madeId ?? answer.row?.id ?? write.rowId) : null,
      };
    case 'not-found':
      // What was to be deleted is gone, by whomever.
      if (write.kind === 'delete') {
        return { do: 'report', result: { outcome: 'applied' }, row: undefined, madeId: null };
      }
      return refused('precondition-failed');
    case 'precondition-failed':
      return refused('precondition-failed');
    case 'duplicate':
      return refused('precondition-failed', answer);
    case 'rejected':
      return refused('rejected', answer);
    case 'lost':
      return { do: 'again' };
    case 'not-executed':
      // Of a second attempt nothing can be taken back: the first may have had effect.
      return attempt === 'first' ? { do: 'withdraw' } : { do: 'again' };
  }
}
