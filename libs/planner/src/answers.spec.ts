import { Bench, DATAVERSE_ID, eventsOf, FO_ROW } from './testing/bench';
import { aField, aMap, aShortField } from './testing/rules';

const map = aMap([aField('name'), aField('city')]);
const ROW = { name: 'Contoso', city: 'Rome' };

function inStep(rules = map): Bench {
  const bench = new Bench(rules, { covered: { fo: false, dataverse: false } });
  bench.fo(ROW);
  bench.dataverse(ROW);
  return bench.with({ covered: { fo: true, dataverse: true } });
}

/** An edit in F&O, and its write on the way to Dataverse. */
function editUnderWay(): Bench {
  const bench = inStep();
  bench.fo({ ...ROW, name: 'Edited' });
  return bench;
}

describe('plan: what has become of a write (rules 7, 14)', () => {
  it('given a create that was overtaken and has no answer, then it never will be: it is planned anew', () => {
    const bench = new Bench(map);
    bench.fo(ROW);
    const [first] = bench.last?.writes ?? [];
    bench.observe({
      side: 'dataverse',
      nativeId: first?.nativeId ?? '',
      row: null,
      last: { [bench.pair.pairId]: first?.intent ?? 0 },
    });
    expect(bench.write()).toMatchObject({ kind: 'create', intent: (first?.intent ?? 0) + 1 });
  });

  it('given an update whose version is gone, unbegun, then it is planned anew at the version that is there', () => {
    const bench = editUnderWay();
    bench.dataverse({ ...ROW, city: 'Oslo' });
    const version = bench.pair.seen.dataverse.row?.version;
    const update = bench.last?.writes.find(({ side }) => side === 'dataverse');
    expect(update).toMatchObject({ kind: 'update', expects: version, patch: { name: 'Edited' } });
  });

  it('given one write without an answer, then nothing else is planned', () => {
    const bench = editUnderWay();
    expect(bench.fo({ ...ROW, name: 'Edited', city: 'Oslo' })).toMatchObject({ writes: [] });
    expect(bench.pair.intents).toHaveLength(1);
  });

  it('given no answer for long, then the same write is sent again, under its number', () => {
    const bench = editUnderWay();
    const { intent } = bench.write();
    expect(bench.redrive().writes).toMatchObject([{ intent, kind: 'update' }]);
  });

  it('given a refusal that a restored register tells of, then it proves nothing (rule 23)', () => {
    const bench = editUnderWay();
    const { intent } = bench.write();
    const { pairId } = bench.pair;
    bench.dataverse(
      { ...ROW, city: 'Oslo' },
      {
        revision: { epoch: 2, n: '1' },
        results: { [`${pairId}:${intent}`]: { outcome: 'precondition-failed' } },
        last: { [pairId]: intent },
      },
    );
    expect(bench.pair.parks).toMatchObject([{ reason: 'write-in-doubt' }]);
  });

  it('given an applied write of a value that loses something, then each side keeps its own form in the base', () => {
    const bench = inStep(aMap([aShortField('name'), aField('city')]));
    bench.fo({ ...ROW, name: 'Fabrikam' });
    bench.answer(bench.write(), 'applied', { name: 'Fabr', city: 'Rome' });
    expect(bench.pair.base['name']).toEqual({ fo: 'Fabrikam', dataverse: 'Fabr' });
    expect(bench.last?.writes).toEqual([]);
  });

  it('given such a write, and an edit of its source meanwhile, then only the source has changed since', () => {
    const bench = inStep(aMap([aShortField('name'), aField('city')]));
    bench.fo({ ...ROW, name: 'Fabrikam' });
    const write = bench.write();
    bench.fo({ ...ROW, name: 'Northwind' });
    const done = bench.answer(write, 'applied', { name: 'Fabr', city: 'Rome' });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'Nort' } });
    expect(eventsOf(done)).not.toContain('conflict');
  });
});

describe('plan: deletes cite a version and an end (rules 5, 13, 17)', () => {
  it('given a partner that has ended, then the row is deleted at the version that was seen', () => {
    const bench = inStep();
    const version = bench.pair.seen.dataverse.row?.version;
    bench.fo(null);
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse', expects: version });
  });

  it('given a row made for one that has ended meanwhile, then it goes as well', () => {
    const bench = new Bench(map, { covered: { fo: false, dataverse: false } });
    bench.fo(ROW);
    bench.fo(null);
    bench.dataverse(ROW, { origins: { [DATAVERSE_ID]: FO_ROW } });
    expect(bench.write()).toMatchObject({ kind: 'delete', side: 'dataverse' });
  });

  it('given a dead row that is still there, then nothing is made in its place before it has gone', () => {
    const bench = inStep();
    const row = { id: `${FO_ROW}-again`, version: 'v9', cells: ROW };
    bench.fo(null, { row, presence: 'present', gone: [FO_ROW] });
    expect(bench.last?.writes.map(({ kind }) => kind)).toEqual(['delete']);
    expect(bench.last).toMatchObject({ reads: [], verdict: 'written-dataverse' });
    bench.answer(bench.write());
    expect(bench.write()).toMatchObject({ kind: 'create', side: 'dataverse', source: `${FO_ROW}-again` });
  });

  it('given a delete in F&O in doubt and the row there at another version, then a person decides (rule 20)', () => {
    const bench = inStep();
    bench.dataverse(null);
    bench.answer(bench.write(), 'in-doubt', { ...ROW, name: 'Edited' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-in-doubt' }]);
  });
});

describe('plan: a create whose answer was lost (rule 19)', () => {
  const shown = { id: 'usmf|1#1.5', version: 'v9', cells: ROW };

  function inDoubt(gone: readonly string[]): Bench {
    const bench = new Bench(map);
    bench.dataverse(ROW);
    const { intent } = bench.write();
    const { pairId } = bench.pair;
    bench.observe({
      side: 'fo',
      nativeId: 'usmf|1',
      row: shown,
      gone,
      results: { [`${pairId}:${intent}`]: { outcome: 'in-doubt' } },
      last: { [pairId]: intent },
    });
    return bench;
  }

  it('given a row that shows all our values, then it is ours', () => {
    expect(inDoubt([]).pair).toMatchObject({ parks: [], lives: [{ ids: { fo: [shown.id] } }] });
  });

  it('given such a row, and one that ended unexplained, then nobody knows which of them was ours', () => {
    expect(inDoubt(['usmf|1#1.2?']).pair.parks).toMatchObject([{ reason: 'create-in-doubt' }]);
  });
});

describe('plan: the base is that of two rows (rules 15, 16)', () => {
  it('given another incarnation, then it meets its partner for the first time, whatever was agreed before', () => {
    const bench = inStep(
      aMap([aField('name'), aField('city')], {
        firstMeeting: 'park',
        creates: { fo: false, dataverse: false },
      }),
    );
    bench.dataverse(null);
    bench.answer(bench.write());
    bench.fo(
      { ...ROW, name: 'Edited' },
      { row: { id: 'next', version: 'v8', cells: { ...ROW, name: 'Edited' } } },
    );
    bench.observe({
      side: 'dataverse',
      nativeId: 'guid-2',
      row: { id: 'guid-2', version: 'v9', cells: ROW },
    });
    expect(bench.pair.parks).toMatchObject([{ reason: 'first-meeting' }]);
    expect(bench.pair.base['name']).toBeUndefined();
  });
});
