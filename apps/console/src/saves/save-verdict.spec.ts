import type { CallAnswer } from '../calls/call-answer';
import { verdictOf, type UnansweredSave } from './save-verdict';

function anAnswer(more: Partial<CallAnswer>): CallAnswer {
  return {
    id: 'call',
    map: 'customers',
    side: 'dataverse',
    row: 'row',
    outcome: 'applied',
    isFinal: true,
    by: null,
    code: null,
    text: null,
    target: null,
    ...more,
  };
}

const rejected = (by: CallAnswer['by'], code: string, text: string | null = 'why') =>
  anAnswer({ outcome: 'rejected', by, code, text });

describe('verdictOf', () => {
  it.each<[string, CallAnswer, UnansweredSave, boolean, RegExp]>([
    ['F&O has taken it', anAnswer({}), 'refuse', true, /Finance and Operations has taken it/],
    [
      'F&O refuses',
      rejected('fo', 'x', 'Over the limit'),
      'let-through',
      false,
      /^Finance and Operations: Over the limit$/,
    ],
    ['F&O has another value', rejected('dataverse', 'conflict'), 'let-through', false, /why/],
    [
      'there is a conflict',
      rejected('dualwrite', 'conflict', 'name was changed'),
      'let-through',
      false,
      /^Name was changed\.$/,
    ],
    ['the row is not served', rejected('dualwrite', 'filtered'), 'refuse', true, /why/],
    ['the row leaves the map', rejected('dualwrite', 'out-of-scope'), 'refuse', true, /why/],
    [
      'the row is parked, and such saves go through',
      rejected('dualwrite', 'parked'),
      'let-through',
      true,
      /Why\. It is saved all the same/,
    ],
    [
      'the row is parked, and such saves do not',
      rejected('dualwrite', 'parked'),
      'refuse',
      false,
      /Why\. Save again/,
    ],
    [
      'there was no time, and such saves go through',
      anAnswer({ outcome: 'abandoned' }),
      'let-through',
      true,
      /not asked in time/,
    ],
    [
      'there was no time, and such saves do not',
      anAnswer({ outcome: 'abandoned' }),
      'refuse',
      false,
      /not asked in time/,
    ],
    [
      'nobody knows, and such saves do not go through',
      anAnswer({ outcome: 'in-doubt' }),
      'refuse',
      false,
      /may have taken it \(call\)/,
    ],
  ])('when %s, then the save is told so', (_, answer, policy, isLetThrough, text) => {
    const verdict = verdictOf(answer, policy);
    expect(verdict.isLetThrough).toBe(isLetThrough);
    expect(verdict.text).toMatch(text);
    expect(verdict.code).not.toBe('');
  });
});
