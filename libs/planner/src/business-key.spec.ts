import { writeId } from '@dualwrite/events';
import { Bench, FO_ID, FO_ROW } from './testing/bench';
import { aField, aMap } from './testing/rules';

const MADE = `made-for-${FO_ROW}`;

describe('a business key that changes', () => {
  const map = aMap([aField('key'), aField('name')]);

  it('given a new key in F&O, then it travels as an update of the same pair', () => {
    const bench = new Bench(map).inStep({ key: '1', name: 'A' });
    bench.fo({ key: '2', name: 'A' });
    expect(bench.write()).toMatchObject({ kind: 'update', nativeId: MADE, patch: { key: '2' } });
    expect(bench.pair.key).toBe('usmf/2');
    expect(bench.answer(bench.write())).toMatchObject({ writes: [] });
    expect(bench.pair).toMatchObject({ key: 'usmf/2', parks: [], intents: [] });
  });

  it('given a new key in Dataverse, then it travels as an update of the same pair', () => {
    const bench = new Bench(map).inStep({ key: '1', name: 'A' });
    bench.dataverse({ key: '2', name: 'A' }, { nativeId: MADE });
    expect(bench.write()).toMatchObject({ kind: 'update', side: 'fo', nativeId: FO_ID, patch: { key: '2' } });
  });

  it('given a side that names its rows by the key, then the pair parks, says how to mend it, and goes on once mended', () => {
    const fixed = aMap([aField('key', { fixedOn: 'fo' }), aField('name')]);
    const bench = new Bench(fixed).inStep({ key: '1', name: 'A' });
    const done = bench.dataverse({ key: '2', name: 'B' }, { nativeId: MADE });
    expect(done).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'refused-value', code: 'key-cannot-change' }]);
    expect(bench.pair.parks[0]?.text).toContain('key was changed in dataverse from 1 to 2');
    bench.dataverse({ key: '1', name: 'B' }, { nativeId: MADE });
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'B' } });
    // The other side takes it: what is fixed is fixed on one side.
    const other = new Bench(fixed).inStep({ key: '1', name: 'A' });
    other.fo({ key: '2', name: 'A' });
    expect(other.write()).toMatchObject({ side: 'dataverse', patch: { key: '2' } });
  });
});

describe('a create over a row of another pair', () => {
  it('given a side without ids, then it parks instead of trying for ever, and goes on when that row has gone', () => {
    const bench = new Bench(aMap([aField('name')]));
    bench.dataverse({ name: 'Second' });
    const first = bench.write();
    expect(first).toMatchObject({ kind: 'create', side: 'fo', nativeId: FO_ID });
    const results = { [writeId('pair', first.intent)]: { outcome: 'precondition-failed' } } as const;
    bench.with({ isRowElsewhere: true }).fo({ name: 'First' }, { results, last: { pair: first.intent } });
    expect(bench.last).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'key-taken' }]);
    expect(bench.pair.seen.fo.row).toBeNull();
    bench.with({ isRowElsewhere: false }).fo(null, { results, last: { pair: first.intent } });
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'fo' });
  });
});
