import { provisionalId, writeId, type WriteOutcome } from '@dualwrite/events';
import type { Plan } from './plan';
import { Bench, DATAVERSE_ID, FO_ROW } from './testing/bench';
import { aField, aMap } from './testing/rules';

const PROVISIONAL = provisionalId('pair');
const fields = [aField('key'), aField('name')];
/** F&O numbers its rows itself. */
const numbered = aMap(fields, {
  reference: { fo: 'ref' },
  newNativeId: (side, rowId) => (side === 'fo' ? null : rowId),
  keyOf: (_side, { key }) =>
    (key ?? null) === null
      ? { kind: 'none', reason: 'key is empty' }
      : { kind: 'key', key: `usmf/${String(key)}` },
});
const MADE = { id: FO_ROW, version: 'f1', cells: { key: '7', name: 'A', ref: DATAVERSE_ID } };

/** The answer as it rides on the entry that has no row. */
function answered(bench: Bench, outcome: WriteOutcome): Plan {
  return bench.observe({
    side: 'fo',
    nativeId: PROVISIONAL,
    row: null,
    results: { [writeId('pair', 1)]: { outcome, code: 'E1', text: 'no' } },
    last: { pair: 1 },
  });
}

describe('rows that the side numbers itself', () => {
  const begin = (rules = numbered): Bench => {
    const bench = new Bench(rules);
    bench.dataverse({ key: null, name: 'A' });
    return bench;
  };

  it('given a row without a key, then it is created with our reference, under no name of ours', () => {
    const bench = begin();
    expect(bench.write()).toMatchObject({
      kind: 'create',
      side: 'fo',
      nativeId: null,
      reference: 'ref',
      patch: { name: 'A', ref: DATAVERSE_ID },
      source: DATAVERSE_ID,
    });
    expect(bench.pair.key).toBeNull();
  });

  it('given no reference in the map, then a row without a key parks as before', () => {
    const { reference: _none, ...plain } = numbered;
    const bench = begin(plain);
    expect(bench.last).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'no-key' }]);
  });

  it('given the row with the answer, then the pair learns its name and its key, and the key travels back', () => {
    const bench = begin();
    const results = { [writeId('pair', 1)]: { outcome: 'applied' } } as const;
    bench.fo(MADE.cells, { row: MADE, results, last: { pair: 1 }, origins: { [FO_ROW]: DATAVERSE_ID } });
    expect(bench.pair).toMatchObject({ key: 'usmf/7', seen: { fo: { nativeId: 'usmf|1' } } });
    expect(bench.write()).toMatchObject({ side: 'dataverse', kind: 'update', patch: { key: '7' } });
    bench.answer(bench.write());
    expect(bench.last).toMatchObject({ writes: [] });
    expect(bench.pair.parks).toEqual([]);
  });

  it('given the answer before the row, then nothing is planned until the row is here: no second create', () => {
    const bench = begin();
    expect(answered(bench, 'applied')).toMatchObject({ writes: [] });
    expect(bench.pair.intents).toHaveLength(1);
    expect(bench.pair.seen.fo.nativeId).toBeNull();
    const results = { [writeId('pair', 1)]: { outcome: 'applied' } } as const;
    bench.fo(MADE.cells, { row: MADE, results, last: { pair: 1 } });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { key: '7' } });
  });

  it('given the row before the answer, then our reference in it says that it is ours, and the answer is no news', () => {
    const bench = begin();
    bench.fo(MADE.cells, { row: MADE });
    const back = bench.write();
    expect(answered(bench, 'applied')).toMatchObject({ writes: [] });
    expect(back).toMatchObject({ side: 'dataverse', patch: { key: '7' } });
  });

  it('given a row that was made and deleted before we saw it, then its source goes, too', () => {
    const bench = begin();
    const results = { [writeId('pair', 1)]: { outcome: 'applied' } } as const;
    const ended = { results, last: { pair: 1 }, gone: [FO_ROW], origins: { [FO_ROW]: DATAVERSE_ID } };
    bench.fo(null, ended);
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse', rowId: DATAVERSE_ID });
  });

  it('given a lost answer and the row in view by its reference, then it is ours', () => {
    const bench = begin();
    bench.fo(MADE.cells, { row: MADE });
    const back = bench.write();
    answered(bench, 'in-doubt');
    expect(bench.pair.parks).toEqual([]);
    expect(back).toMatchObject({ side: 'dataverse', patch: { key: '7' } });
  });

  it('given a lost answer and no row, then it parks, and lapses when the row comes into view by its reference', () => {
    const bench = begin();
    expect(answered(bench, 'in-doubt')).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'create-in-doubt' }]);
    expect(bench.redrive().writes).toEqual([]);
    bench.fo(MADE.cells, { row: MADE });
    expect(bench.pair.parks).toEqual([]);
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { key: '7' } });
  });

  it('given data that F&O refuses, then the pair parks with the words of F&O', () => {
    const bench = begin();
    answered(bench, 'rejected');
    expect(bench.pair.parks).toMatchObject([{ reason: 'rejected', code: 'E1', text: 'no' }]);
  });

  it('given a create refused because of a row that nobody sees, then it parks instead of trying for ever', () => {
    const bench = begin();
    answered(bench, 'precondition-failed');
    expect(bench.last).toMatchObject({ writes: [] });
    expect(bench.pair.parks).toMatchObject([{ reason: 'key-taken' }]);
  });

  it('given no answer, then a redrive sends the same write again', () => {
    const bench = begin();
    const first = bench.write();
    bench.redrive();
    expect(bench.write()).toEqual(first);
  });
});
