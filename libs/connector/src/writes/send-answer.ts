import type { Write } from '@dualwrite/events';
import type { SendAnswer } from '../core/classify-answer';
import type { SideAnswer } from '../side-port';

/** Wait before a caller whom the side refuses knocks again: a person has to act first. */
const REFUSED_CALLER_WAIT_MS = 15_000;

/** The side's answer in the words of the executor's rules. */
export function sendAnswerOf(write: Write, answer: SideAnswer): SendAnswer {
  switch (answer.kind) {
    case 'done': {
      const { row } = answer;
      // A row under another key than the one that was written says nothing about the one that was.
      if (row === undefined || (row !== null && row.nativeId !== write.nativeId)) return { kind: 'done' };
      return { kind: 'done', row: row === null ? null : row.row };
    }
    case 'duplicate':
      // Another row holds the business key: looking at ours again would find nothing, for ever.
      if (answer.key === 'alternate') return { kind: 'rejected', code: answer.code, text: answer.text };
      return { kind: 'duplicate', code: answer.code, text: answer.text };
    case 'precondition-failed':
    case 'not-found':
      return { kind: answer.kind };
    case 'rejected':
      return { kind: 'rejected', code: answer.code, text: answer.text };
    case 'lost':
      return { kind: 'lost' };
    case 'throttled':
    case 'unavailable':
    case 'refused-caller':
      // The caller, not the data, is refused: nothing parks, the partition waits and the lag shows it.
      return { kind: 'not-executed' };
  }
}

/** How long to leave the side alone after it did not carry a write out. */
export function waitAfterMs(answer: SideAnswer): number {
  if (answer.kind === 'throttled' || answer.kind === 'unavailable') return answer.retryAfterMs;
  return REFUSED_CALLER_WAIT_MS;
}
