import { INTENTS_PER_EPOCH, NOT_BEGUN, writeId, type WriteResult } from '@dualwrite/events';
import { adopt, emptyPair, restoredPair } from './index';
import { Bench, DATAVERSE_ID, FO_ROW } from './testing/bench';
import { aField, aMap } from './testing/rules';

const map = aMap([aField('name'), aField('city')]);
const ROW = { name: 'Contoso', city: 'Rome' };
const EPOCH_2 = { registerEpoch: { fo: 1, dataverse: 2 } };
/** Of the register after its restore. */
const later = (n: string) => ({ revision: { epoch: 2, n } });

function agreed(): Bench {
  const bench = new Bench(map, { covered: { fo: false, dataverse: false } });
  bench.fo(ROW);
  bench.dataverse(ROW);
  expect(bench.last?.verdict).toBe('unchanged');
  return bench.with({ covered: { fo: true, dataverse: true } });
}

describe('plan: a register that was restored (rules 12, 23)', () => {
  it('given a row that the restored register has not read yet, then nothing is planned on it, and it is read', () => {
    const bench = agreed().with(EPOCH_2);
    expect(bench.fo({ ...ROW, name: 'Edited' })).toMatchObject({
      writes: [],
      reads: ['dataverse'],
      verdict: 'waiting',
    });
    expect(bench.dataverse(ROW, later('1'))).toMatchObject({
      writes: [{ side: 'dataverse', kind: 'update', registerEpoch: 2, patch: { name: 'Edited' } }],
    });
  });

  it('given an absence from before the restore, then nothing is created on it until it is known again', () => {
    const bench = agreed();
    bench.dataverse(null);
    const [deletion] = bench.last?.writes ?? [];
    if (!deletion) throw new Error('no delete was planned');
    bench.answer(deletion);
    bench.with(EPOCH_2);
    const again = { id: 'usmf|1#1.9', version: 'v99', cells: ROW };
    expect(bench.fo(null, { row: again, presence: 'present', gone: [FO_ROW] })).toMatchObject({
      writes: [],
      reads: ['dataverse'],
      verdict: 'waiting',
    });
    bench.dataverse(null, { ...later('1'), nativeId: DATAVERSE_ID });
    expect(bench.write()).toMatchObject({ kind: 'create', registerEpoch: 2 });
  });

  it('given a redrive, then rows of an older epoch are asked for', () => {
    expect(agreed().with(EPOCH_2).redrive().reads).toContain('dataverse');
  });
});

describe('plan: a side without visible ids, whose register was restored (rules 5, 6, 23)', () => {
  const renamed = { id: `${FO_ROW}-again`, version: 'v99', cells: ROW };

  it('given the row under a new id of the register, then it is the same row still: nothing is written, and its end is the end of both', () => {
    const bench = agreed();
    expect(bench.fo(null, { ...later('1'), row: renamed, presence: 'present', gone: [] })).toMatchObject({
      writes: [],
      verdict: 'unchanged',
    });
    bench.fo(null, { ...later('2'), gone: [renamed.id] });
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });

  it('given the row under a new id, then what was agreed holds on: an edit of the other side travels, and is no first meeting', () => {
    const bench = agreed().with({ isCatchingUp: true });
    bench.dataverse({ ...ROW, name: 'Edited' });
    bench.fo(null, { ...later('1'), row: renamed, presence: 'present', gone: [] });
    expect(bench.with({ isCatchingUp: false }).redrive().writes).toMatchObject([
      { side: 'fo', patch: { name: 'Edited' } },
    ]);
  });

  it('given a row that the register tells from the one that has ended, then it does not end with that one', () => {
    const bench = agreed();
    bench.fo(null, { ...later('1'), row: renamed, presence: 'present', gone: [FO_ROW] });
    expect(bench.last?.writes).toMatchObject([{ kind: 'delete', side: 'dataverse' }]);
    bench.answer(bench.write(), 'applied', null);
    expect(bench.last?.writes).toMatchObject([{ kind: 'create', side: 'dataverse', source: renamed.id }]);
  });

  it('given a row that we had made while the one before it was still in view, then neither it nor its source ends with that one', () => {
    const bench = new Bench(map);
    bench.dataverse(ROW);
    const create = bench.write();
    bench.fo({ name: 'Fabrikam', city: 'Oslo' });
    bench.fo(null, {
      ...later('3'),
      row: renamed,
      presence: 'present',
      gone: [FO_ROW],
      origins: { [renamed.id]: DATAVERSE_ID },
      results: { [writeId('pair', create.intent)]: { outcome: 'applied' } },
      last: { pair: create.intent },
    });
    expect(bench.last).toMatchObject({ writes: [], verdict: 'written-fo' });
  });
});

describe('plan: a write that was open when the register was restored, and a target that a person has edited (rules 12, 18, 23)', () => {
  const EDITED = { ...ROW, name: 'Edited' };
  const id = (intent: number): string => writeId('pair', intent);

  function edited(): { bench: Bench; intent: number } {
    const bench = agreed();
    bench.fo({ ...ROW, city: 'Milan' });
    const { intent } = bench.write();
    bench.with(EPOCH_2);
    bench.dataverse(EDITED, later('1'));
    return { bench, intent };
  }
  const answered = (result: WriteResult): Bench => {
    const { bench, intent } = edited();
    const row = bench.pair.seen.dataverse.row;
    bench.observe({
      side: 'dataverse',
      nativeId: DATAVERSE_ID,
      row,
      ...later('2'),
      results: { [id(intent)]: result },
      last: { pair: intent },
    });
    return bench;
  };

  it('given no word on the write, then the executor is asked what it knows of it, and nothing parks yet', () => {
    const { bench, intent } = edited();
    expect(bench.last?.writes).toEqual([]);
    expect(bench.redrive().writes).toMatchObject([{ intent, registerEpoch: 1 }]);
    expect(bench.pair.parks).toEqual([]);
  });

  it('given a mark alone, then the executor is asked all the same', () => {
    const { bench, intent } = edited();
    const row = bench.pair.seen.dataverse.row;
    const results = { [id(intent)]: { outcome: 'started' } } as const;
    const marked = { side: 'dataverse', nativeId: DATAVERSE_ID, row, ...later('2') } as const;
    expect(bench.observe({ ...marked, results, last: { pair: intent } }).writes).toEqual([]);
    expect(bench.redrive().writes).toMatchObject([{ intent, registerEpoch: 1 }]);
    expect(bench.pair.parks).toEqual([]);
  });

  it('given that it was never begun, then it is planned anew on what is there now, and both edits stay', () => {
    const bench = answered({ outcome: 'withheld', code: NOT_BEGUN });
    expect(bench.last?.writes).toMatchObject([
      { side: 'dataverse', patch: { city: 'Milan' }, registerEpoch: 2 },
      { side: 'fo', patch: { name: 'Edited' } },
    ]);
    expect(bench.pair.parks).toEqual([]);
  });

  it.each([
    ['in doubt', { outcome: 'in-doubt' }],
    ['withheld by a register that may have forgotten its mark', { outcome: 'withheld' }],
    ['refused by a register that may have forgotten an earlier attempt', { outcome: 'precondition-failed' }],
  ] as const)('given an answer %s, then it may have been set back, and a person decides', (_, result) => {
    const bench = answered(result);
    expect(bench.last).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'write-in-doubt' }]);
  });
});

describe('plan: a mapper that was restored (rule 24)', () => {
  it('given both sides agree, then the pair is as good as new, and numbers go on in the new epoch', () => {
    const bench = agreed();
    bench.pair = restoredPair(bench.pair, 2);
    bench.redrive();
    expect(bench.pair).toMatchObject({ restored: false, epoch: 2 });
    bench.fo({ ...ROW, name: 'Edited' });
    expect(bench.write().intent).toBeGreaterThan(2 * INTENTS_PER_EPOCH);
  });

  it('given different values on both sides, then nobody knows which one was seen: history-lost, until a person decides', () => {
    const bench = agreed();
    bench.pair = restoredPair(bench.pair, 2);
    bench.with({ isCatchingUp: true });
    bench.fo({ ...ROW, name: 'F&O' });
    bench.dataverse({ ...ROW, name: 'Dataverse' });
    expect(bench.last?.writes).toEqual([]);
    bench.with({ isCatchingUp: false });
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'history-lost' }]);
    expect(bench.release('dataverse')).toMatchObject({
      writes: [{ side: 'fo', patch: { name: 'Dataverse' } }],
    });
  });

  it('given an open update without a mark and a target that was edited since, then it was never begun: no doubt, both edits stay', () => {
    const bench = agreed();
    bench.fo({ ...ROW, city: 'Milan' });
    expect(bench.write()).toMatchObject({ patch: { city: 'Milan' } });
    bench.pair = restoredPair(bench.pair, 2);
    bench.dataverse({ ...ROW, name: 'Edited' });
    expect(bench.last?.writes).toMatchObject([
      { side: 'dataverse', patch: { city: 'Milan' } },
      { side: 'fo', patch: { name: 'Edited' } },
    ]);
  });

  it('given an answer in doubt to a write of a pair that is forgotten, then any difference is history-lost', () => {
    const bench = new Bench(map, { isCatchingUp: true });
    bench.pair = emptyPair({ pairId: 'pair', key: null, epoch: 2, mapVersion: 1, restored: true });
    bench.fo(ROW);
    bench.dataverse({ ...ROW, name: 'Other' }, { results: { 'lost-pair:7': { outcome: 'in-doubt' } } });
    bench.with({ isCatchingUp: false });
    expect(bench.redrive().verdict).toBe('parked');
    expect(bench.pair.parks).toMatchObject([{ reason: 'history-lost' }]);
  });

  it('given a write of the lost time, also one that was applied, then the other side was not always empty', () => {
    const bench = new Bench(map);
    bench.pair = emptyPair({ pairId: 'pair', key: null, epoch: 0, mapVersion: 1 });
    bench.with({ isCatchingUp: true });
    bench.dataverse(ROW);
    bench.pair = restoredPair(bench.pair, 1);
    bench.dataverse(ROW, { results: { 'pair:1': { outcome: 'applied' } }, last: { pair: 1 } });
    bench.with({ isCatchingUp: false });
    expect(bench.redrive()).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'history-lost' }]);
  });

  it('given a row met first while catching up, then nobody knows why it has no partner', () => {
    const bench = new Bench(map);
    bench.pair = emptyPair({ pairId: 'pair', key: null, epoch: 1, mapVersion: 1, restored: true });
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'parked' });
  });

  it('given a row that was one with another, then it is not made anew when that one is not in view', () => {
    const bench = new Bench(map);
    bench.pair = {
      ...restoredPair(bench.pair, 1),
      lives: [{ ids: { fo: [FO_ROW], dataverse: ['x'] }, ended: false }],
    };
    expect(bench.fo(ROW)).toMatchObject({ writes: [], verdict: 'parked' });
  });

  it('given two restored pairs of one key without a history, then one takes the other in and stays restored', () => {
    const bench = new Bench(map, { isCatchingUp: true });
    bench.pair = emptyPair({ pairId: 'left', key: null, epoch: 2, mapVersion: 1, restored: true });
    bench.fo(ROW);
    const left = bench.pair;
    bench.pair = emptyPair({ pairId: 'right', key: null, epoch: 2, mapVersion: 1, restored: true });
    bench.dataverse(ROW);
    expect(adopt(left, 'dataverse', bench.pair)).toMatchObject({
      pairId: 'left',
      restored: true,
      seen: { dataverse: { nativeId: DATAVERSE_ID } },
    });
  });
});
