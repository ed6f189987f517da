import type { Side } from '@dualwrite/events';
import type { CallAnswer } from '../calls/call-answer';

export type UnansweredSave = 'let-through' | 'refuse';

export interface SaveVerdict {
  readonly isLetThrough: boolean;
  readonly code: string;
  /** For the person who saves. */
  readonly text: string;
}

/** A map is not asked: the save is none of its business now, and is synced later if it is. */
export function letThrough(code: string, text: string): SaveVerdict {
  return { isLetThrough: true, code, text };
}

/** Nobody knows what the other side thinks of the save: the map's policy says what becomes of it. */
export function unanswered(policy: UnansweredSave, why: { code: string; text: string }): SaveVerdict {
  return policy === 'let-through'
    ? letThrough(why.code, `${why.text} It is saved all the same, and synced later.`)
    : { isLetThrough: false, code: why.code, text: `${why.text} Save again in a moment.` };
}

/** Reasons of ours for which the row does not travel at all, so that nobody has to agree. */
const NOT_OURS: ReadonlySet<string> = new Set([
  'filtered',
  'out-of-scope',
  // Of a row that is made or deleted: its partner stays as it is, or is not there.
  'row-there',
  'nothing-to-delete',
  'not-deleted',
]);

/** What the answer to a call means for the save that it was made for. */
export function verdictOf(answer: CallAnswer, policy: UnansweredSave): SaveVerdict {
  const { outcome, by, code, text } = answer;
  switch (outcome) {
    case 'applied':
      return letThrough('applied', `${nameOf(otherOf(answer.side))} has taken it.`);
    case 'rejected':
      if (by === 'dualwrite' && code !== null && NOT_OURS.has(code)) return letThrough(code, text ?? code);
      // A value that the person has not seen is not replaced.
      if (by === 'dualwrite' && code !== 'conflict')
        return unanswered(policy, { code: code ?? 'not-planned', text: sentence(text ?? 'It was not sent') });
      return {
        isLetThrough: false,
        code: code ?? 'rejected',
        text:
          by === 'dualwrite' ? sentence(text ?? 'conflict') : `${nameOf(by ?? 'fo')}: ${text ?? code ?? ''}`,
      };
    case 'abandoned':
      return unanswered(policy, {
        code: 'abandoned',
        text: `${nameOf(otherOf(answer.side))} was not asked in time.`,
      });
    case 'in-doubt':
      return unanswered(policy, {
        code: 'in-doubt',
        text: `${nameOf(otherOf(answer.side))} did not answer in time, and may have taken it (${answer.id}).`,
      });
  }
}

function otherOf(side: Side): Side {
  return side === 'fo' ? 'dataverse' : 'fo';
}

function nameOf(side: Side | 'dualwrite'): string {
  return side === 'fo' ? 'Finance and Operations' : side === 'dataverse' ? 'Dataverse' : 'Dualwrite';
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase();
  return `${first}${text.slice(1).replace(/\.$/, '')}.`;
}
