import { floatsUntilMs, isOvertaken, markAttempt, withdrawAttempt } from './attempts';
import { classifyAnswer, type SendAnswer } from './classify-answer';
import { compareBeforeSending, nextStep, type ExecutorFacts, type Step } from './executor';
import { observeAnswer } from './observe-answer';
import { emptyEntry, type RegisterEntry } from './register-entry';
import { aResult, aRow, aWrite, anAnswer, anEntry, DATAVERSE } from './testing/entries';

const facts: ExecutorFacts = {
  registerEpoch: 1,
  map: { isRunning: true, runEpoch: 1 },
  isConditional: true,
  nowMs: 1000,
  deadlineMs: 2000,
};
const empty = emptyEntry({ side: 'dataverse', table: 'account', nativeId: 'guid-1', epoch: 1 });
const create = aWrite({ kind: 'create', expects: null });

function sent(step: Step): RegisterEntry {
  if (step.do !== 'send') throw new Error(`expected a write to be sent, got ${step.do}`);
  return step.entry;
}

describe('nextStep: one attempt after the other (rules 7, 9)', () => {
  it('given a new write, then its attempt is marked before it is sent', () => {
    const entry = sent(nextStep(aWrite(), anEntry(), facts));
    expect(entry).toMatchObject({
      results: { 'pair:3': { outcome: 'started' } },
      last: { pair: 3 },
      attempts: { 'pair:3': { kind: 'update', deadlineMs: 2000 } },
      revision: { n: '5' },
    });
  });

  it('given a write that was answered, then it is not sent again', () => {
    const entry = anEntry({ results: { 'pair:3': { outcome: 'applied' } }, last: { pair: 3 } });
    expect(nextStep(aWrite(), entry, facts)).toEqual({ do: 'answer', outcome: null });
  });

  it('given a write that was answered, and whose answer nobody waits for any more, then it is not sent again', () => {
    const entry = anEntry({ results: {}, last: { pair: 3 } });
    expect(nextStep(aWrite(), entry, facts)).toEqual({ do: 'answer', outcome: null });
  });

  it('given a write that comes after a later one has begun, then it is void', () => {
    const entry = anEntry({ last: { pair: 4 } });
    expect(isOvertaken(entry, aWrite())).toBe(true);
    expect(nextStep(aWrite(), entry, facts)).toEqual({ do: 'answer', outcome: null });
  });

  it('given the writes of another map on the row, then they do not overtake', () => {
    expect(nextStep(aWrite(), anEntry({ last: { other: 9 } }), facts)).toMatchObject({
      do: 'send',
      attempt: 'first',
    });
  });

  it('given an update whose answer was lost, then it is sent again as a second attempt', () => {
    const entry = sent(nextStep(aWrite(), anEntry(), facts));
    expect(nextStep(aWrite(), entry, { ...facts, nowMs: 1100 })).toMatchObject({
      do: 'send',
      attempt: 'again',
    });
  });

  it('given a create whose answer was lost, then nobody looks before its deadline, and it is never sent twice', () => {
    const entry = sent(nextStep(create, empty, facts));
    expect(nextStep(create, entry, { ...facts, nowMs: 1999 })).toEqual({ do: 'wait-until', atMs: 2000 });
    expect(nextStep(create, entry, { ...facts, nowMs: 2000 })).toEqual({ do: 'answer', outcome: 'in-doubt' });
  });

  it('given a create in doubt that a person has released, then the one planned instead is a create of its own', () => {
    const begun = sent(nextStep(create, empty, facts));
    const result = aResult(create, { attempt: null, result: { outcome: 'in-doubt' } });
    const looked = observeAnswer(begun, anAnswer(null, { result }), DATAVERSE);
    if (looked.kind !== 'stored') throw new Error(`expected the answer to be stored, got ${looked.kind}`);
    const next = aWrite({ ...create, id: 'pair:4', intent: 4, open: [4] });
    const step = nextStep(next, looked.entry, { ...facts, nowMs: 2000 });
    expect(step).toMatchObject({ do: 'send', attempt: 'first' });
    expect(nextStep(create, sent(step), { ...facts, nowMs: 2000 })).not.toMatchObject({ do: 'send' });
  });

  it('given another create on its way to the row, then this one waits, too', () => {
    const entry = sent(
      nextStep(aWrite({ ...create, id: 'other:1', pairId: 'other', intent: 1 }), empty, facts),
    );
    expect(nextStep(create, entry, facts)).toEqual({ do: 'wait-until', atMs: 2000 });
  });

  it('given a create for a row that is there, then it fails without being sent', () => {
    expect(nextStep(create, anEntry(), facts)).toEqual({ do: 'answer', outcome: 'precondition-failed' });
  });
});

describe('nextStep: pause and restore (rule 12)', () => {
  it.each([
    ['paused', { isRunning: false, runEpoch: 1 }],
    ['started anew', { isRunning: true, runEpoch: 2 }],
    [
      'planned by a mapper whose database was restored since',
      { isRunning: true, runEpoch: 1, mapperEpoch: 2 },
    ],
    ['unknown', null],
  ])('given a map that is %s, then the write is withheld', (_name, map) => {
    expect(nextStep(aWrite(), anEntry(), { ...facts, map })).toEqual({ do: 'answer', outcome: 'withheld' });
  });

  it('given a pause after an attempt, then nobody knows', () => {
    const entry = sent(nextStep(aWrite(), anEntry(), facts));
    const paused = { ...facts, map: { isRunning: false, runEpoch: 2 } };
    expect(nextStep(aWrite(), entry, paused)).toEqual({ do: 'answer', outcome: 'in-doubt' });
  });

  it('given a write planned on another register epoch, then it is not sent', () => {
    expect(nextStep(aWrite(), anEntry(), { ...facts, registerEpoch: 2 })).toEqual({
      do: 'answer',
      outcome: 'in-doubt',
    });
  });

  describe('given a register that was restored, and knows all that was begun before (rule 23)', () => {
    const restored = { ...facts, registerEpoch: 2, marksFromEpoch: 1 };
    const notBegun = { do: 'answer', outcome: 'withheld', code: 'not-begun' };

    it.each(['update', 'create', 'delete'] as const)(
      'when a %s has no mark, then it was never begun',
      (kind) => {
        expect(nextStep(aWrite({ kind }), anEntry(), restored)).toEqual(notBegun);
      },
    );

    it('when its map is paused, too, then it was never begun all the same', () => {
      const map = { isRunning: false, runEpoch: 2 };
      expect(nextStep(aWrite(), anEntry(), { ...restored, map })).toEqual(notBegun);
    });

    it('when it has a mark, then nobody knows', () => {
      const entry = sent(nextStep(aWrite(), anEntry(), facts));
      expect(nextStep(aWrite(), entry, restored)).toEqual({ do: 'answer', outcome: 'in-doubt' });
    });

    it('when it was planned on an epoch before that, then nobody knows', () => {
      const step = nextStep(aWrite(), anEntry(), { ...restored, registerEpoch: 3, marksFromEpoch: 2 });
      expect(step).toEqual({ do: 'answer', outcome: 'in-doubt' });
    });
  });
});

describe('a side without If-Match (class B)', () => {
  it('given an update, then the row is looked at first', () => {
    expect(nextStep(aWrite(), anEntry(), { ...facts, isConditional: false })).toMatchObject({
      lookFirst: true,
    });
    expect(compareBeforeSending(aWrite(), 'first', aRow('v1'))).toBeNull();
    expect(compareBeforeSending(aWrite(), 'first', aRow('v2'))).toBe('precondition-failed');
    expect(compareBeforeSending(aWrite(), 'again', aRow('v2'))).toBe('in-doubt');
  });
});

describe('attempts', () => {
  it('rule 11: given a new write, then answers that its pair no longer waits for are dropped, others stay', () => {
    const results = {
      'pair:1': { outcome: 'applied' },
      'pair:2': { outcome: 'applied' },
      'other:1': { outcome: 'applied' },
    } as const;
    const { entry } = markAttempt(anEntry({ results }), aWrite({ open: [2, 3] }), facts);
    expect(Object.keys(entry.results).sort()).toEqual(['other:1', 'pair:2', 'pair:3']);
  });

  it('rule 5: given a create under our own id, then the id is tied to its source before the row can exist', () => {
    expect(markAttempt(empty, create, facts).entry.origins).toEqual({ 'guid-1': 'usmf|1#1.2' });
  });

  it('given a first attempt that surely had no effect, then it is as if it had never been', () => {
    const marked = markAttempt(anEntry({ last: { pair: 2 } }), aWrite(), facts).entry;
    const entry = withdrawAttempt(marked, aWrite());
    expect(entry).toMatchObject({ results: {}, last: { pair: 2 }, attempts: {} });
    expect(nextStep(aWrite(), entry, facts)).toMatchObject({ do: 'send', attempt: 'first' });
  });

  it('rule 12: given an answer, then nothing of the attempt floats any more', () => {
    const marked = markAttempt(anEntry(), aWrite(), facts).entry;
    expect(floatsUntilMs(marked)).toBe(2000);
    const observed = observeAnswer(marked, anAnswer(aRow('v2'), { result: aResult(aWrite()) }), DATAVERSE);
    expect(observed.kind === 'stored' && floatsUntilMs(observed.entry)).toBe(0);
  });

  it('rule 12: given the answer of a second attempt, then the first may still float', () => {
    const marked = markAttempt(anEntry(), aWrite(), facts).entry;
    const result = aResult(aWrite(), { attempt: 'again' });
    const observed = observeAnswer(marked, anAnswer(aRow('v2'), { result }), DATAVERSE);
    expect(observed.kind === 'stored' && floatsUntilMs(observed.entry)).toBe(2000);
  });
});

describe('classifyAnswer (rule 8)', () => {
  const outcome = (answer: SendAnswer, attempt: 'first' | 'again' = 'first', write = aWrite()): string => {
    const classified = classifyAnswer(write, attempt, answer);
    return classified.do === 'report' ? classified.result.outcome : classified.do;
  };
  const said = { code: 'E1', text: 'no' };

  it('given a refusal of a first attempt, then it surely had no effect', () => {
    expect(outcome({ kind: 'precondition-failed' })).toBe('precondition-failed');
    expect(outcome({ kind: 'not-found' })).toBe('precondition-failed');
    expect(outcome({ kind: 'duplicate', ...said }, 'first', create)).toBe('precondition-failed');
    expect(outcome({ kind: 'rejected', ...said })).toBe('rejected');
  });

  it('given a refusal of a second attempt, then the first may have had effect', () => {
    expect(outcome({ kind: 'precondition-failed' }, 'again')).toBe('in-doubt');
    expect(outcome({ kind: 'rejected', ...said }, 'again')).toBe('in-doubt');
  });

  it('given a delete of what is gone, then it is done', () => {
    expect(outcome({ kind: 'not-found' }, 'again', aWrite({ kind: 'delete' }))).toBe('applied');
  });

  it('given a lost answer, then the mark stays; given one that was surely not carried out, it is taken back', () => {
    expect(outcome({ kind: 'lost' })).toBe('again');
    expect(outcome({ kind: 'not-executed' })).toBe('withdraw');
    expect(outcome({ kind: 'not-executed' }, 'again')).toBe('again');
  });

  it('rule 10: given the row in the answer, then it comes with the result; without it the row is read', () => {
    expect(classifyAnswer(aWrite(), 'first', { kind: 'done', row: aRow('v2') })).toMatchObject({
      row: { version: 'v2' },
    });
    expect(classifyAnswer(aWrite(), 'first', { kind: 'done' })).toMatchObject({ row: undefined });
    expect(classifyAnswer(create, 'first', { kind: 'done' })).toMatchObject({ madeId: 'guid-1' });
  });
});
