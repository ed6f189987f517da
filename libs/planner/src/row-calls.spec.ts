import type { Cells } from '@dualwrite/events';
import type { PendingCall } from './pair';
import type { Plan, PlannedWrite } from './plan';
import { Bench, DATAVERSE_ID, FO_ID } from './testing/bench';
import { aField, aMap } from './testing/rules';

const fields = [aField('name'), aField('limit')];
const SAVED_UNTIL_MS = 5_000;
const SHOWN: Cells = { name: 'A', limit: 1 };

const aCreate = (more: Partial<PendingCall> = {}): PendingCall => ({
  id: 'call',
  kind: 'create',
  from: 'dataverse',
  nativeId: DATAVERSE_ID,
  cells: SHOWN,
  savedUntilMs: SAVED_UNTIL_MS,
  ...more,
});
const aDelete = (): PendingCall => ({
  id: 'call',
  kind: 'delete',
  from: 'dataverse',
  cells: {},
  savedUntilMs: SAVED_UNTIL_MS,
});
const outcomes = ({ calls }: Plan) => calls.map(({ outcome, by, code }) => [outcome, by, code]);

describe('given nothing on either side and a caller who is about to make a row', () => {
  const nothing = (more: Parameters<typeof aMap>[1] = {}): Bench =>
    new Bench(aMap(fields, more), { nowMs: 0 });

  /** The other side has made its row. */
  function taken(): { bench: Bench; done: Plan } {
    const bench = nothing();
    bench.call(aCreate());
    return { bench, done: bench.answer(bench.write()) };
  }

  it('when the call is planned, then the other side gets the row, made for the one that is to come', () => {
    const bench = nothing();
    bench.call(aCreate());
    expect(bench.write()).toMatchObject({ side: 'fo', kind: 'create', source: DATAVERSE_ID, patch: SHOWN });
  });

  it('when it was taken and the row shows, then both agree, and no second one is ever made', () => {
    const { bench, done } = taken();
    expect(outcomes(done)).toEqual([['applied', 'dualwrite', null]]);
    expect([done.writes, done.verdict]).toEqual([[], 'waiting']);
    expect(bench.redrive().writes).toEqual([]);

    const saved = bench.dataverse(SHOWN);
    expect([saved.writes, saved.verdict, bench.pair.announced]).toEqual([[], 'unchanged', undefined]);
    expect(bench.dataverse({ ...SHOWN, name: 'B' }).writes).toMatchObject([
      { side: 'fo', kind: 'update', patch: { name: 'B' } },
    ]);
  });

  it('when the row shows another value than the one that was announced, then that one travels', () => {
    const { bench } = taken();
    expect(bench.dataverse({ name: 'C', limit: 1 }).writes).toMatchObject([
      { side: 'fo', kind: 'update', patch: { name: 'C' } },
    ]);
  });

  it('when the row shows before the answer does, then nothing more is written either', () => {
    const bench = nothing();
    bench.call(aCreate());
    const write = bench.write();
    expect(bench.dataverse(SHOWN).writes).toEqual([]);
    const done = bench.answer(write);
    expect([done.writes, done.verdict, bench.pair.announced]).toEqual([[], 'written-fo', undefined]);
  });

  it("when the target refuses, then the caller gets its reason, nothing is parked, and the next try is a call's own", () => {
    const bench = nothing();
    bench.call(aCreate());
    const refused = bench.answer(bench.write(), 'rejected', null);
    expect(outcomes(refused)).toEqual([['rejected', 'fo', 'E1']]);
    expect([refused.writes, bench.pair.parks, bench.redrive().writes]).toEqual([[], [], []]);
    bench.call(aCreate({ id: 'again', nativeId: 'guid-2' }));
    expect(bench.write()).toMatchObject({ kind: 'create', source: 'guid-2' });
  });

  it('when the row is never saved, then what the target has made travels, but not before the wait is over', () => {
    const { bench } = taken();
    expect(bench.with({ nowMs: SAVED_UNTIL_MS }).redrive()).toMatchObject({
      writes: [],
      reads: ['dataverse'],
    });
    bench.with({ nowMs: SAVED_UNTIL_MS + 60_000 }).redrive();
    expect(bench.write()).toMatchObject({ side: 'dataverse', kind: 'create', patch: SHOWN });
    bench.answer(bench.write());
    expect(bench.redrive().verdict).not.toBe('parked');
    expect(bench.pair.announced).toBeUndefined();
  });

  it('when the target has such a row already, then nothing is made, and the rows meet once the new one is saved', () => {
    const bench = nothing();
    bench.call(aCreate());
    const met = bench.answer(bench.write(), 'precondition-failed', { name: 'X', limit: 1 });
    expect(outcomes(met)).toEqual([['rejected', 'dualwrite', 'row-there']]);
  });

  it.each<[string, Parameters<typeof aMap>[1], Partial<Parameters<Bench['with']>[0]>, string]>([
    ['the map makes no rows there', { creates: { fo: false, dataverse: true } }, {}, 'filtered'],
    ['it is out of scope', { inScope: () => false }, {}, 'out-of-scope'],
    ['the other side is not read yet', {}, { covered: { fo: false, dataverse: true } }, 'waiting'],
    ['another row holds the key', {}, { isKeyHeld: true }, 'key-taken'],
  ])('when %s, then it is refused, and nothing is set aside', (_, rules, context, code) => {
    const bench = nothing(rules).with(context);
    const refused = bench.call(aCreate());
    expect([refused.writes, outcomes(refused)]).toEqual([[], [['rejected', 'dualwrite', code]]]);
    expect([bench.pair.parks, bench.pair.wants, bench.pair.call]).toEqual([[], [], undefined]);
  });

  it('when another row of its key shows before the answer does, then that one is no part of the pair, and the row to come keeps its place', () => {
    const bench = nothing();
    bench.call(aCreate());
    const create = bench.write();
    const another = bench.dataverse({ ...SHOWN, name: 'Another' }, { nativeId: 'guid-2' });
    expect([another.isRowForeign, another.writes]).toEqual([true, []]);

    expect(outcomes(bench.answer(create))).toEqual([['applied', 'dualwrite', null]]);
    bench.dataverse(null, { nativeId: 'guid-2' });
    const saved = bench.dataverse({ ...SHOWN, name: 'B' });
    expect(saved.writes).toMatchObject([{ side: 'fo', kind: 'update', patch: { name: 'B' } }]);
  });

  it('when it is refused, then another row of its key may take the place that was kept for it', () => {
    const bench = nothing();
    bench.call(aCreate());
    bench.answer(bench.write(), 'rejected');
    expect(bench.dataverse(SHOWN, { nativeId: 'guid-2' })).toMatchObject({
      isRowForeign: false,
      writes: [{ side: 'fo', kind: 'create', source: 'guid-2' }],
    });
  });

  it('when it is given up before its write began, then it is abandoned and nothing is made', () => {
    const bench = nothing();
    bench.call(aCreate());
    const write: PlannedWrite = bench.write();
    bench.giveUp('call');
    const over = bench.observe({
      side: 'fo',
      nativeId: FO_ID,
      row: null,
      results: { [`pair:${write.intent}`]: { outcome: 'withheld', code: 'abandoned' } },
      last: { pair: write.intent },
    });
    expect([outcomes(over), over.writes]).toEqual([[['abandoned', 'dualwrite', 'abandoned']], []]);
  });
});

describe('given a pair in step and a caller who is about to delete one of its rows', () => {
  function inStep(more: Parameters<typeof aMap>[1] = {}): Bench {
    const bench = new Bench(aMap(fields, more), { nowMs: 0 });
    bench.dataverse(SHOWN);
    bench.answer(bench.write());
    return bench;
  }
  function taken(): { bench: Bench; done: Plan } {
    const bench = inStep();
    bench.call(aDelete());
    return { bench, done: bench.answer(bench.write()) };
  }

  it('when it was taken and the row is gone, then nothing is ever written', () => {
    const { bench, done } = taken();
    expect([outcomes(done), done.writes, done.verdict]).toEqual([
      [['applied', 'dualwrite', null]],
      [],
      'waiting',
    ]);
    expect(bench.redrive().writes).toEqual([]);
    expect(bench.dataverse(null).writes).toEqual([]);
    expect([bench.pair.leaving, bench.redrive().writes]).toEqual([undefined, []]);
  });

  it('when the target refuses, then the caller gets its reason, and both rows stay', () => {
    const bench = inStep();
    bench.call(aDelete());
    expect(bench.write()).toMatchObject({ side: 'fo', kind: 'delete' });
    const refused = bench.answer(bench.write(), 'rejected');
    expect([outcomes(refused), refused.writes]).toEqual([[['rejected', 'fo', 'E1']], []]);
    expect([bench.pair.parks, bench.redrive().writes]).toEqual([[], []]);
  });

  /** F&O has deleted its row, Dataverse has not followed, and the wait is over. */
  function notFollowed(more: Parameters<typeof aMap>[1] = {}): Bench {
    const bench = inStep(more);
    bench.call(aDelete());
    bench.answer(bench.write());
    expect(bench.with({ nowMs: SAVED_UNTIL_MS }).redrive()).toMatchObject({
      writes: [],
      reads: ['dataverse'],
    });
    return bench.with({ nowMs: SAVED_UNTIL_MS + 60_000 });
  }

  it('when the row is never deleted, then nobody deletes it before a person says so', () => {
    const bench = notFollowed();
    const over = bench.redrive();
    expect([over.writes, over.verdict]).toEqual([[], 'parked']);
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-not-followed' }]);
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.release().writes).toMatchObject([{ side: 'dataverse', kind: 'delete' }]);
  });

  it('when a person keeps the row that was not deleted, then its partner is made again', () => {
    const bench = notFollowed();
    bench.redrive();
    bench.release('dataverse');
    expect(bench.write()).toMatchObject({ side: 'fo', kind: 'create' });
  });

  it('when the row is deleted late after all, then nothing is parked any more, and nothing is written', () => {
    const bench = notFollowed();
    bench.redrive();
    expect([bench.dataverse(null).writes, bench.pair.parks, bench.pair.leaving]).toEqual([[], [], undefined]);
  });

  it('when a row that was not deleted is edited later, then the policy says what becomes of it', () => {
    const bench = notFollowed({ deleteVersusEdit: 'edit' });
    bench.redrive();
    bench.dataverse({ name: 'B', limit: 1 });
    expect(bench.write()).toMatchObject({ side: 'fo', kind: 'create', patch: { name: 'B' } });
  });

  it('when the row is edited instead, then it was not deleted, and the policy says what becomes of it', () => {
    const bench = inStep({ deleteVersusEdit: 'edit' });
    bench.call(aDelete());
    bench.answer(bench.write());
    bench.dataverse({ name: 'B', limit: 1 });
    expect(bench.write()).toMatchObject({ side: 'fo', kind: 'create', patch: { name: 'B' } });
  });

  it('when somebody else has deleted the partner meanwhile, then it is applied, and no delete is sent to the caller', () => {
    const bench = inStep();
    bench.call(aDelete());
    const gone = bench.answer(bench.write(), 'precondition-failed', null);
    const told = gone.calls.length > 0 ? gone : bench.fo(null);
    expect([outcomes(told), told.writes]).toEqual([[['applied', 'dualwrite', null]], []]);
  });

  it.each<[string, Parameters<typeof aMap>[1], Partial<Parameters<Bench['with']>[0]>, string]>([
    ['the map deletes nothing there', { deletes: { fo: 'unlink', dataverse: 'delete' } }, {}, 'not-deleted'],
    ['the map has deleted too much', {}, { areDeletesHeld: true }, 'delete-held'],
  ])('when %s, then it is refused, and nothing is set aside', (_, rules, context, code) => {
    const bench = inStep(rules).with(context);
    const refused = bench.call(aDelete());
    expect([refused.writes, outcomes(refused)]).toEqual([[], [['rejected', 'dualwrite', code]]]);
    expect(bench.pair.parks).toEqual([]);
  });

  it('when the target shows a change that is on its way, then it is refused as a conflict', () => {
    const bench = inStep({ deleteVersusEdit: 'edit' });
    bench.call(aDelete());
    const raced = bench.answer(bench.write(), 'precondition-failed', { name: 'X', limit: 1 });
    expect(outcomes(raced)).toEqual([['rejected', 'dualwrite', 'conflict']]);
    expect(bench.write()).toMatchObject({ side: 'dataverse', kind: 'update', patch: { name: 'X' } });
  });
});
