import { abandonWrite } from './abandon-write';
import { nextStep } from './executor';
import { markAttempt } from './attempts';
import { anEntry, aWrite } from './testing/entries';

const write = aWrite({ kind: 'update', nativeId: 'row', rowId: 'row', expects: 'v1' });
const revision = { epoch: 1, n: '9' };
const facts = {
  registerEpoch: 1,
  map: { isRunning: true, runEpoch: 1 },
  isConditional: true,
  nowMs: 0,
  deadlineMs: 1_000,
};
const marked = markAttempt(anEntry(), write, facts).entry;

describe('abandonWrite', () => {
  it('given a write that has not begun, then it ends as withheld, and the executor finds it void for ever', () => {
    const done = abandonWrite(write, anEntry(), revision);
    if (done.kind !== 'abandoned' || done.entry === null) throw new Error(done.kind);
    expect(done.entry).toMatchObject({
      revision,
      results: { [write.id]: { outcome: 'withheld', code: 'abandoned' } },
      last: { [write.pairId]: write.intent },
    });
    expect(nextStep(write, done.entry, facts)).toEqual({ do: 'answer', outcome: null });
    // The planner has heard of it, and its answer is dropped with the next write: void all the same (rule 7).
    expect(nextStep(write, { ...done.entry, results: {} }, facts)).toEqual({ do: 'answer', outcome: null });
  });

  it('given a write whose attempt is marked, then nobody can stop it any more', () => {
    expect(abandonWrite(write, marked, revision)).toEqual({ kind: 'begun' });
  });

  it('given up twice, then it is abandoned once', () => {
    const first = abandonWrite(write, anEntry(), revision);
    if (first.kind !== 'abandoned' || first.entry === null) throw new Error(first.kind);
    expect(abandonWrite(write, first.entry, revision)).toEqual({ kind: 'abandoned', entry: null });
  });

  it('given a later write that has begun, then the earlier one is void already', () => {
    const later = aWrite({ ...write, id: `${write.pairId}:7`, intent: 7 });
    const entry = markAttempt(anEntry(), later, facts).entry;
    expect(abandonWrite(write, entry, revision)).toEqual({ kind: 'abandoned', entry: null });
  });

  it('given its answer, then it has ended', () => {
    const answered = { ...marked, results: { [write.id]: { outcome: 'applied' } as const } };
    expect(abandonWrite(write, answered, revision)).toEqual({ kind: 'ended' });
  });
});
