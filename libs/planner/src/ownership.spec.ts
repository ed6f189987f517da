import { Bench, DATAVERSE_ID, eventsOf, FO_ID, FO_ROW } from './testing/bench';
import { aField, aMap } from './testing/rules';

const MADE = `made-for-${FO_ROW}`;
const map = aMap([aField('name')], {
  isRowOf: (_side, nativeId, rowId) => rowId === nativeId || rowId.startsWith(`${nativeId}#`),
});
const ROW = { name: 'A' };
/** The row in Dataverse was made by another map, for an F&O row of another table. */
const ELSEWHERE = { origins: { [DATAVERSE_ID]: 'usmf|V-9#1.4' } };

describe('several maps on one row', () => {
  const shared = (): Bench => {
    const bench = new Bench(map, { covered: { fo: true, dataverse: false } });
    bench.fo(ROW);
    bench.dataverse(ROW, ELSEWHERE);
    return bench;
  };

  it('given a row that another map made, when our partner is deleted, then it is unlinked, not deleted', () => {
    const bench = shared();
    const done = bench.fo(null);
    expect(done).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(eventsOf(done)).toContain('unlinked made-by-another-map');
    expect(bench.dataverse({ name: 'B' }, ELSEWHERE)).toMatchObject({ writes: [] });
  });

  it('given that the other map deletes its row, then our partner stays: nobody here has deleted anything', () => {
    const bench = shared();
    const done = bench.dataverse(null, ELSEWHERE);
    expect(done).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(bench.pair.seen.fo.nativeId).toBe(FO_ID);
    expect(bench.pair.seen.fo.row).not.toBeNull();
  });

  it('given edits, then they travel as on any row', () => {
    const bench = shared();
    bench.fo({ name: 'F' });
    expect(bench.write()).toMatchObject({ kind: 'update', side: 'dataverse', patch: { name: 'F' } });
  });

  it('given the map that made the row, then it deletes it', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.dataverse(ROW, { nativeId: MADE, origins: { [MADE]: FO_ROW } });
    bench.fo(null);
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse', rowId: MADE });
  });

  it('given rows that people made, then deletes travel as ever', () => {
    const bench = new Bench(map, { covered: { fo: true, dataverse: false } });
    bench.fo(ROW);
    bench.dataverse(ROW);
    bench.fo(null);
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse', rowId: DATAVERSE_ID });
  });

  it('given an earlier row of the same pair, then the row is still ours', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.dataverse(ROW, { nativeId: MADE, origins: { [MADE]: FO_ROW } });
    // Deleted and made anew under its key before we looked: an edit, to us, by another incarnation.
    const again = { id: `${FO_ID}#1.9`, version: 'n1', cells: ROW };
    bench.fo(ROW, { row: again, gone: [] });
    bench.fo(null, { gone: [again.id] });
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });
});

describe('a row that moves from the filter of one map to that of another', () => {
  it('given it left this one, then nothing here is deleted or made for it, and coming back it goes on', () => {
    const bench = new Bench(map).inStep(ROW);
    expect(bench.fo({ name: 'A', isOurs: false })).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(bench.fo({ name: 'Person', isOurs: false })).toMatchObject({ writes: [] });
    bench.fo({ name: 'Person' });
    expect(bench.write()).toMatchObject({
      kind: 'update',
      side: 'dataverse',
      nativeId: MADE,
      patch: { name: 'Person' },
    });
  });

  it('given it entered this one, then its partner is made here', () => {
    const bench = new Bench(map);
    bench.fo({ name: 'A', isOurs: false });
    bench.fo(ROW);
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'dataverse' });
  });
});
