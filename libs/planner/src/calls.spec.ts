import type { Cells } from '@dualwrite/events';
import type { PendingCall } from './pair';
import type { Plan } from './plan';
import { Bench, FO_ROW } from './testing/bench';
import { aField, aMap } from './testing/rules';

const rules = aMap([aField('name'), aField('limit')]);
const SAVED_UNTIL_MS = 5_000;

function aCall(cells: Cells, more: Partial<PendingCall> = {}): PendingCall {
  return { id: 'call', from: 'dataverse', cells, savedUntilMs: SAVED_UNTIL_MS, ...more };
}

/** Both rows say `A` and 1. */
function inStep(): Bench {
  const bench = new Bench(rules, { nowMs: 0 });
  bench.fo({ name: 'A', limit: 1 });
  bench.answer(bench.write());
  return bench;
}

const MADE = { nativeId: `made-for-${FO_ROW}` };
const outcomes = ({ calls }: Plan) => calls.map(({ outcome, by, code }) => [outcome, by, code]);

describe('given a pair in step and a caller who is about to save an edit', () => {
  it('when the call is planned, then the other side gets that field alone, at the version that it shows', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    expect(bench.write()).toMatchObject({ side: 'fo', kind: 'update', patch: { name: 'B' } });
    expect(bench.write().expects).toBe(bench.pair.seen.fo.row?.version);
  });

  it('when it was taken and the edit shows, then both agree and nothing more is written', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    const taken = bench.answer(bench.write());
    expect(outcomes(taken)).toEqual([['applied', 'dualwrite', null]]);
    expect(taken.calls[0]?.cells).toMatchObject({ name: 'B' });
    expect([taken.writes, taken.verdict]).toEqual([[], 'waiting']);

    const saved = bench.dataverse({ name: 'B', limit: 1 }, MADE);
    expect([saved.writes, saved.verdict, bench.pair.announced]).toEqual([[], 'unchanged', undefined]);
    expect(bench.pair.base['name']).toEqual({ fo: 'B', dataverse: 'B' });
  });

  it('when the edit shows before the answer does, then nothing more is written either', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    const write = bench.write();
    expect(bench.dataverse({ name: 'B', limit: 1 }, MADE).writes).toEqual([]);
    const taken = bench.answer(write);
    expect([taken.writes, outcomes(taken)]).toEqual([[], [['applied', 'dualwrite', null]]]);
    expect(bench.pair.announced).toBeUndefined();
    expect(bench.dataverse({ name: 'C', limit: 1 }, MADE).writes).toMatchObject([{ patch: { name: 'C' } }]);
  });

  it('when another field of the row is edited meanwhile, then that one travels and the edit is still awaited', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    bench.answer(bench.write());
    bench.dataverse({ name: 'A', limit: 2 }, MADE);
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { limit: 2 } });
    bench.answer(bench.write());
    expect(bench.dataverse({ name: 'B', limit: 2 }, MADE)).toMatchObject({
      writes: [],
      verdict: 'unchanged',
    });
  });

  it('when the saved edit is edited again before anybody sees it, then the newer value travels, and no conflict is told', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    bench.answer(bench.write());
    const again = bench.dataverse({ name: 'C', limit: 1 }, MADE);
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'C' } });
    expect(again.journal.filter(({ event }) => event === 'conflict')).toEqual([]);
  });

  it('when the target is edited after it has taken the edit, then its edit travels back', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    bench.answer(bench.write());
    bench.fo({ name: 'D', limit: 1 });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'D' } });
    // Our write to the row that was being saved found it moved.
    bench.answer(bench.write(), 'precondition-failed', { name: 'B', limit: 1 });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'D' } });
    bench.answer(bench.write());
    expect(bench.pair.seen.dataverse.row?.cells['name']).toBe('D');
  });

  it('when the edit is never saved, then what the target has taken travels back once the wait is over', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    bench.answer(bench.write());
    expect(bench.with({ nowMs: SAVED_UNTIL_MS - 1 }).redrive().writes).toEqual([]);
    expect(bench.with({ nowMs: SAVED_UNTIL_MS }).redrive()).toMatchObject({
      writes: [],
      reads: ['dataverse'],
    });
    const over = bench.with({ nowMs: SAVED_UNTIL_MS + 60_000 }).redrive();
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B' } });
    expect(over.journal).toContainEqual(
      expect.objectContaining({ event: 'resumed', severity: 'warning', code: 'announced-edit-not-seen' }),
    );
  });

  it('when the target refuses, then the caller gets its reason, and nothing is parked or tried again', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    const refused = bench.answer(bench.write(), 'rejected');
    expect(outcomes(refused)).toEqual([['rejected', 'fo', 'E1']]);
    expect([bench.pair.parks, bench.pair.call, bench.pair.announced]).toEqual([[], undefined, undefined]);
    expect([refused.writes, bench.redrive().writes]).toEqual([[], []]);
  });

  it('when the target holds a value that the caller cannot have seen, then the call is refused as a conflict', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    const raced = bench.answer(bench.write(), 'precondition-failed', { name: 'X', limit: 1 });
    expect(outcomes(raced)).toEqual([['rejected', 'dualwrite', 'conflict']]);
    expect(raced.writes).toMatchObject([{ side: 'dataverse', patch: { name: 'X' } }]);
  });

  it('when the target has moved in another field, then the call is planned again at the new version', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    bench.answer(bench.write(), 'precondition-failed', { name: 'A', limit: 7 });
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'B' } });
  });

  it('when the target says so already, then it is applied without a write', () => {
    const bench = inStep();
    const done = bench.call(aCall({ name: 'A' }));
    expect([done.writes, outcomes(done)]).toEqual([[], [['applied', 'dualwrite', null]]]);
  });

  it('when the caller saves nothing itself, then what the target took travels back at once', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }, { savedUntilMs: null }));
    bench.answer(bench.write());
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B' } });
  });
});

/** The caller saw `Y`, which has not been heard of; what is known is `A`. */
function callBeforeNews(more: Partial<PendingCall> = {}): Bench {
  const bench = inStep();
  bench.call(aCall({ name: 'B' }, { saw: { name: 'Y' }, ...more }));
  return bench;
}
const conflicts = ({ journal }: Plan) =>
  journal.flatMap(({ event, fields }) => (event === 'conflict' ? fields : []));

describe('given a caller who says what he saw, before anybody has heard of that', () => {
  it('when news of what he saw comes after the answer, then it is what his edit replaces, and nothing travels', () => {
    const bench = callBeforeNews();
    bench.answer(bench.write());
    for (const name of ['X', 'Y']) expect(bench.dataverse({ name, limit: 1 }, MADE).writes).toEqual([]);
    expect(bench.dataverse({ name: 'B', limit: 1 }, MADE)).toMatchObject({
      writes: [],
      verdict: 'unchanged',
    });
    expect(bench.pair.base['name']).toEqual({ fo: 'B', dataverse: 'B' });
  });

  it('when the edit is edited again after that news, then the newer value travels', () => {
    const bench = callBeforeNews();
    bench.answer(bench.write());
    bench.dataverse({ name: 'Y', limit: 1 }, MADE);
    expect(conflicts(bench.dataverse({ name: 'C', limit: 1 }, MADE))).toEqual([]);
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'C' } });
  });

  it('when somebody else changes what he saw before the write is planned again, then he is refused', () => {
    const bench = callBeforeNews();
    const write = bench.write();
    bench.dataverse({ name: 'Y', limit: 1 }, MADE);
    bench.dataverse({ name: 'X', limit: 1 }, MADE);
    const raced = bench.answer(write, 'precondition-failed', { name: 'A', limit: 7 });
    expect(outcomes(raced)).toEqual([['rejected', 'dualwrite', 'conflict']]);
  });

  it('when another value than he saw shows to the end, then it goes over what was taken, which the journal keeps', () => {
    const bench = callBeforeNews();
    bench.answer(bench.write());
    bench.dataverse({ name: 'C', limit: 1 }, MADE);
    bench.with({ nowMs: SAVED_UNTIL_MS }).redrive();
    const over = bench.with({ nowMs: SAVED_UNTIL_MS + 60_000 }).redrive();
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'C' } });
    expect(conflicts(over)).toEqual([{ field: 'name', fo: 'B', dataverse: 'C', lost: 'fo' }]);
  });

  it('when nothing newer shows to the end, then what was taken travels back', () => {
    const bench = callBeforeNews();
    bench.answer(bench.write());
    bench.with({ nowMs: SAVED_UNTIL_MS }).redrive();
    const over = bench.with({ nowMs: SAVED_UNTIL_MS + 60_000 }).redrive();
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B' } });
    expect(conflicts(over)).toEqual([]);
  });

  it('when the target is edited and another value shows, then the edit wins, and the journal keeps the other one, once', () => {
    const bench = callBeforeNews();
    bench.answer(bench.write());
    bench.fo({ name: 'D', limit: 1 });
    bench.answer(bench.write(), 'precondition-failed', { name: 'C', limit: 1 });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'D' } });
    expect(conflicts(bench.last ?? bench.redrive())).toEqual([
      { field: 'name', fo: 'D', dataverse: 'C', lost: 'dataverse' },
    ]);
    expect(conflicts(bench.answer(bench.write()))).toEqual([]);
    expect(bench.pair.seen.dataverse.row?.cells['name']).toBe('D');
  });

  it('when he does not save it himself, then what was taken travels back at once', () => {
    const bench = callBeforeNews({ savedUntilMs: null });
    bench.answer(bench.write());
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B' } });
  });

  it('when his row is not the one that the key stood for, then he is told to try again', () => {
    const bench = callBeforeNews({ nativeId: 'another-row' });
    expect(outcomes(bench.last ?? bench.redrive())).toEqual([['rejected', 'dualwrite', 'busy']]);
  });

  it('when a newer version of the map has no such field, then nothing is awaited for ever', () => {
    const bench = callBeforeNews();
    bench.answer(bench.write());
    bench.with({ rules: aMap([aField('limit')]), nowMs: SAVED_UNTIL_MS }).redrive();
    expect([bench.pair.announced, bench.pair.verdict]).toEqual([undefined, 'unchanged']);
  });
});

describe('given a write of ours to the row of a caller, of which nobody knows whether it was carried out', () => {
  it('when his save shows, then it was not, and what was to be written goes over what he saved', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    bench.answer(bench.write());
    // Somebody has seen what was taken, and changed it.
    bench.fo({ name: 'D', limit: 1 });
    const again = bench.answer(bench.write(), 'in-doubt', { name: 'B', limit: 1 });
    expect(conflicts(again)).toEqual([]);
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'D' } });
  });
});

describe('given two calls for one field, the second one before news of the first one', () => {
  it('when the first edit shows, then the second one is still awaited', () => {
    const bench = inStep();
    for (const name of ['B', 'C']) {
      bench.call(aCall({ name }, { id: `call-${name}` }));
      bench.answer(bench.write());
    }
    for (const name of ['B', 'C'])
      expect(bench.dataverse({ name, limit: 1 }, MADE)).toMatchObject({ writes: [] });
    expect(bench.pair.base['name']).toEqual({ fo: 'C', dataverse: 'C' });
  });
});

describe('given edits that meet a call', () => {
  it('when its own side was edited by somebody else before it was planned, then it is refused as a conflict', () => {
    const bench = inStep();
    bench.dataverse({ name: 'A', limit: 2 }, MADE);
    const before = bench.write();
    bench.call(aCall({ name: 'B' }));
    bench.dataverse({ name: 'X', limit: 2 }, MADE);
    expect(outcomes(bench.answer(before))).toEqual([['rejected', 'dualwrite', 'conflict']]);
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'X' } });
  });

  it('when an edit of its own side had not travelled yet and is never saved over, then the call replaces it, without a conflict', () => {
    const bench = inStep();
    bench.fo({ name: 'A', limit: 2 });
    const before = bench.write();
    bench.fo({ name: 'Y', limit: 2 });
    bench.call(aCall({ name: 'B' }, { from: 'fo', savedUntilMs: null, id: 'call' }));
    expect(bench.last?.calls).toEqual([]);
    bench.answer(before);
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B' } });
    const taken = bench.answer(bench.write());
    expect(taken.journal.filter(({ event }) => event === 'conflict')).toEqual([]);
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'B' } });
  });

  it('when both sides announce edits of different fields, then each is awaited for itself', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    bench.answer(bench.write());
    bench.call(aCall({ limit: 2 }, { from: 'fo', id: 'other' }));
    bench.answer(bench.write());
    expect(Object.keys(bench.pair.announced ?? {})).toEqual(['name', 'limit']);
    expect(bench.dataverse({ name: 'B', limit: 2 }, MADE).writes).toEqual([]);
    expect(bench.fo({ name: 'B', limit: 2 })).toMatchObject({ writes: [], verdict: 'unchanged' });
  });
});

describe('given a call that somebody gives up', () => {
  it('when its write was stopped by the executor, then it is abandoned and never planned again', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    const write = bench.write();
    expect(bench.giveUp('call').calls).toEqual([]);
    const over = bench.answer(write, 'withheld');
    expect(outcomes(over)).toEqual([['abandoned', 'dualwrite', 'abandoned']]);
    expect([over.writes, bench.redrive().writes]).toEqual([[], []]);
  });

  it('when its write found the row moved, then it is abandoned instead of being planned again', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    const write = bench.write();
    bench.giveUp('call');
    expect(outcomes(bench.answer(write, 'precondition-failed', { name: 'A', limit: 7 }))).toEqual([
      ['abandoned', 'dualwrite', 'abandoned'],
    ]);
  });

  it('when its write was sent all the same, then it is applied, and told so', () => {
    const bench = inStep();
    bench.call(aCall({ name: 'B' }));
    const write = bench.write();
    bench.giveUp('call');
    expect(outcomes(bench.answer(write))).toEqual([['applied', 'dualwrite', null]]);
  });

  it('when another write of the pair has no answer yet, then it ends before it was planned', () => {
    const bench = inStep();
    bench.dataverse({ name: 'X', limit: 1 }, MADE);
    expect(bench.call(aCall({ limit: 9 })).writes).toEqual([]);
    expect(outcomes(bench.giveUp('call'))).toEqual([['abandoned', 'dualwrite', 'abandoned']]);
  });
});

describe('given a call that cannot be planned', () => {
  it.each<[string, (bench: Bench) => Plan, string]>([
    ['the row has no partner', () => aLoneRow().call(aCall({ name: 'B' })), 'waiting'],
    ['its own row is being written', (bench) => whileWritten(bench), 'busy'],
    ['another call of the row has no answer', (bench) => twice(bench), 'busy'],
    [
      'the map catches up after a restore',
      (bench) => bench.with({ isCatchingUp: true }).call(aCall({ name: 'B' })),
      'catching-up',
    ],
    [
      'its company is not served',
      (bench) => bench.with({ isCompanyOut: true }).call(aCall({ name: 'B' })),
      'filtered',
    ],
  ])('when %s, then it is refused at once, with the reason', (_, call, code) => {
    const refused = call(inStep());
    expect(outcomes(refused)).toEqual([['rejected', 'dualwrite', code]]);
    expect(refused.calls[0]?.text).toMatch(/\w{3}/);
  });

  it('when a parked row is called, then the refusal names the park', () => {
    const bench = inStep();
    bench.fo({ name: 'X', limit: 1 });
    bench.answer(bench.write(), 'rejected');
    const refused = bench.call(aCall({ limit: 9 }));
    expect(refused.calls[0]).toMatchObject({ outcome: 'rejected', by: 'dualwrite', code: 'parked' });
    expect(refused.calls[0]?.text).toContain('no');
  });
});

function aLoneRow(): Bench {
  const bench = new Bench(rules, { covered: { fo: true, dataverse: false } });
  bench.fo({ name: 'A', limit: 1 });
  return bench;
}

function whileWritten(bench: Bench): Plan {
  bench.fo({ name: 'X', limit: 1 });
  return bench.call(aCall({ limit: 9 }));
}

function twice(bench: Bench): Plan {
  bench.call(aCall({ name: 'B' }, { id: 'first' }));
  return bench.call(aCall({ name: 'C' }));
}
