import type { Cells, Side } from '@dualwrite/events';
import { unanswered, type CallAnswer } from '../calls/call-answer';

/** A document as the mapper keeps it. */
export interface StoredDocument {
  readonly id: string;
  readonly side: Side;
  readonly outcome: CallAnswer['outcome'] | null;
  readonly by: Side | 'dualwrite' | null;
  readonly part: number | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly parts: readonly {
    readonly map: string;
    readonly kind: string;
    readonly row: string;
    readonly shown: Cells | null;
  }[];
}

/** What a caller is told: one end for all parts. */
export interface DocumentAnswer extends Pick<
  CallAnswer,
  'id' | 'outcome' | 'isFinal' | 'by' | 'code' | 'text'
> {
  readonly from: Side;
  /** Index of the part that was refused; null: the whole, or nobody can tell. */
  readonly part: number | null;
  readonly parts: readonly {
    readonly map: string;
    readonly kind: string;
    readonly row: string;
    /** What the other side holds now, as far as the map reads it. */
    readonly target: Cells | null;
  }[];
}

/** @param stopped the executor says that the document was stopped, whatever the mapper has heard of that by now */
export function documentAnswerOf(document: StoredDocument, { stopped = false } = {}): DocumentAnswer {
  const { id, side: from, code, text, part } = document;
  const parts = document.parts.map(({ map, kind, row, shown }) => ({ map, kind, row, target: shown }));
  const said = { id, from, parts };
  if (document.outcome !== null) {
    const by = document.outcome === 'rejected' ? document.by : null;
    return { ...said, outcome: document.outcome, isFinal: true, by, part, code, text };
  }
  return { ...said, part: null, ...unanswered(stopped) };
}
