import type { Cells, Side } from '@dualwrite/events';

/** A call as the mapper keeps it. */
export interface StoredCall {
  readonly id: string;
  readonly side: Side;
  readonly row: string;
  readonly outcome: 'applied' | 'rejected' | 'abandoned' | 'in-doubt' | null;
  readonly by: Side | 'dualwrite' | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly shown: Cells | null;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

/** What a caller is told. */
export interface CallAnswer {
  /** To ask later what became of it. */
  readonly id: string;
  readonly map: string;
  readonly side: Side;
  readonly row: string;
  /**
   * `applied`: the other side has taken it. `rejected`: it has not, for a reason. `abandoned`: it was not carried out in
   * time, and never will be. `in-doubt`: it may have been; ask again by the id.
   */
  readonly outcome: 'applied' | 'rejected' | 'abandoned' | 'in-doubt';
  /** The outcome will not change any more. */
  readonly isFinal: boolean;
  /** Of a rejection: the side, or `dualwrite`, because the row is in no state for it. */
  readonly by: Side | 'dualwrite' | null;
  readonly code: string | null;
  readonly text: string | null;
  /** What the other side holds now, as far as the map reads it. */
  readonly target: Cells | null;
}

/** @param stopped the executor says that the write was stopped, whatever the mapper has heard of that by now */
export function answerOf(map: string, call: StoredCall, { stopped = false } = {}): CallAnswer {
  const { id, side, row, code, text } = call;
  const said = { id, map, side, row };
  if (call.outcome !== null) {
    const target = call.outcome === 'applied' ? call.shown : null;
    const by = call.outcome === 'rejected' ? call.by : null;
    return { ...said, outcome: call.outcome, isFinal: true, by, code, text, target };
  }
  return { ...said, target: null, ...unanswered(stopped) };
}

/** What is told of a call, or a document, that has no outcome yet. */
export function unanswered(
  isStopped: boolean,
): Pick<CallAnswer, 'outcome' | 'isFinal' | 'by' | 'code' | 'text'> {
  if (isStopped) {
    const text = 'Nothing of it was carried out before the deadline, and never will be.';
    return { outcome: 'abandoned', isFinal: true, by: null, code: 'abandoned', text };
  }
  const text = 'It was sent, and nobody knows yet whether it took effect. Ask again by its id.';
  return { outcome: 'in-doubt', isFinal: false, by: null, code: 'no-answer-yet', text };
}
