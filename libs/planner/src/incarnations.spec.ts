import { adopt, emptyPair } from './index';
import { Bench, DATAVERSE_ID, FO_ROW } from './testing/bench';
import { aField, aMap } from './testing/rules';

const map = aMap([aField('name'), aField('city')]);
const ROW = { name: 'Contoso', city: 'Rome' };
const OTHER = { name: 'Fabrikam', city: 'Oslo' };
const NOT_COVERED = { covered: { fo: false, dataverse: false } };

function inStep(): Bench {
  const bench = new Bench(map, NOT_COVERED);
  bench.fo(ROW);
  bench.dataverse(ROW);
  return bench;
}

describe('plan: incarnations and lives (rules 5, 13)', () => {
  it('given a second live row of one side, then it is foreign and takes nothing', () => {
    const bench = inStep();
    const row = { id: 'guid-2', version: 'v9', cells: OTHER };
    expect(bench.observe({ side: 'dataverse', nativeId: 'guid-2', row })).toMatchObject({
      isRowForeign: true,
      writes: [],
    });
    expect(bench.pair.seen.dataverse.nativeId).toBe(DATAVERSE_ID);
  });

  it('given a side that is free, then another row may take it', () => {
    const bench = inStep();
    bench.dataverse(null);
    bench.answer(bench.write());
    const row = { id: 'guid-2', version: 'v9', cells: OTHER };
    expect(bench.observe({ side: 'dataverse', nativeId: 'guid-2', row }).isRowForeign).toBe(false);
    expect(bench.pair.seen.dataverse.nativeId).toBe('guid-2');
  });

  it('given a row under a new id, and the old one named as ended, then its partner goes before anything is made', () => {
    const bench = inStep().with({ covered: { fo: true, dataverse: true } });
    const row = { id: `${FO_ROW}-again`, version: 'v9', cells: OTHER };
    bench.fo(null, { row, presence: 'present', gone: [FO_ROW] });
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });

  it('given a row that we had made for another, and that has ended, then the other goes with it', () => {
    const bench = new Bench(map, NOT_COVERED);
    bench.fo(ROW);
    bench.dataverse(OTHER, { origins: { [DATAVERSE_ID]: FO_ROW } });
    bench.answer(bench.write(), 'precondition-failed');
    bench.answer(bench.write(), 'withheld', null);
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'fo' });
  });

  it('given rows that agree, then they are one life from then on', () => {
    const bench = inStep();
    bench.fo(null);
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });

  it('given an observation that is older than what is known, then nothing is taken from it', () => {
    const bench = inStep();
    const { pair } = bench;
    const row = { id: FO_ROW, version: 'v0', cells: OTHER };
    const old = bench.observe({ side: 'fo', nativeId: 'usmf|1', row, revision: { epoch: 1, n: '0' } });
    expect(old).toMatchObject({ writes: [], verdict: null });
    expect(bench.pair).toBe(pair);
  });
});

describe('adopt: a row of another pair of the same key', () => {
  const free = emptyPair({ pairId: 'free', key: null, epoch: 0, mapVersion: 1 });

  it('given a pair that has only met its row, then the row moves into the side that is free', () => {
    const bench = new Bench(map, NOT_COVERED);
    bench.dataverse(ROW);
    expect(adopt(free, 'dataverse', bench.pair)).toMatchObject({
      pairId: 'free',
      seen: { dataverse: { nativeId: DATAVERSE_ID } },
    });
  });

  it('given a pair with a history, then nothing is taken from it: the history would be lost', () => {
    const bench = inStep();
    bench.fo(null);
    bench.answer(bench.write(), 'rejected');
    expect(bench.pair.seen.dataverse.row).not.toBeNull();
    const other = { ...bench.pair, lives: [], seen: { ...bench.pair.seen, fo: free.seen.fo } };
    expect(adopt(free, 'dataverse', other)).toBeNull();
  });
});
