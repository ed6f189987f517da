import { DOCUMENT_REFUSED, type Cells, type Side } from '@dualwrite/events';
import type { Call } from '../calls/call-store';
import type { DocumentEnd, StoredDocument } from './document-store';

export interface DocumentState {
  readonly id: string;
  readonly side: Side;
  /** Null: not known yet. */
  readonly outcome: Exclude<Call['outcome'], null> | null;
  readonly by: Call['by'];
  /** Index of the part that is the reason; null: none, or nobody can tell. */
  readonly part: number | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly parts: readonly {
    readonly map: string;
    readonly kind: string;
    readonly row: string;
    /** What the target holds now. */
    readonly shown: Cells | null;
  }[];
}

/**
 * A document has one end. It is known once every part has its own: one that was refused tells why, and of one that is in
 * doubt nobody can tell for the whole.
 */
export function stateOf(
  { id, side, parts, end }: Pick<StoredDocument, 'id' | 'side' | 'parts' | 'end'>,
  calls: readonly (Call | undefined)[],
): DocumentState {
  const found = end ?? endOf(calls);
  return {
    ...{ id, side },
    ...(found ?? { outcome: null, by: null, part: null, code: null, text: null }),
    parts: parts.map(({ map, kind, row }, index) => {
      const shown = found?.outcome === 'applied' ? (calls[index]?.shown ?? null) : null;
      return { map, kind, row, shown };
    }),
  };
}

type End = Pick<DocumentState, 'outcome' | 'by' | 'part' | 'code' | 'text'>;

function endOf(calls: readonly (Call | undefined)[]): End | DocumentEnd | null {
  if (calls.some((call) => call === undefined || call.outcome === null)) return null;
  const known = calls as readonly Call[];
  const first = (outcome: Call['outcome']): Call | undefined =>
    known.find((call) => call.outcome === outcome);
  const refused = known.filter(({ outcome, code }) => outcome === 'rejected' && code !== DOCUMENT_REFUSED);
  const [reason] = refused.length > 0 ? refused : [first('rejected')];
  if (reason) {
    const part = refused.length === 1 ? known.indexOf(reason) : null;
    return { outcome: 'rejected', by: reason.by, part, code: reason.code, text: reason.text };
  }
  const told = first('in-doubt') ?? first('abandoned') ?? known[0];
  if (!told) return null;
  return { outcome: told.outcome, by: told.by, part: null, code: told.code, text: told.text };
}
