import { conflictsOf } from './index';
import { Bench, eventsOf } from './testing/bench';
import { aField, aMap, aShortField } from './testing/rules';

const map = aMap([aField('name'), aField('city')], { conflict: 'park' });
const ROW = { name: 'Contoso', city: 'Rome' };

/** Both sides have edited the city, and F&O the name. */
function inConflict(rules = map): Bench {
  const bench = new Bench(rules).inStep(ROW);
  bench.with({ backlog: 'hold' });
  bench.fo({ name: 'By F&O', city: 'Oslo' });
  bench.with({ backlog: undefined });
  bench.dataverse({ ...ROW, city: 'Lima' }, { nativeId: bench.pair.seen.dataverse.nativeId ?? '' });
  bench.release();
  expect(bench.last).toMatchObject({ verdict: 'parked', writes: [] });
  return bench;
}

const release = (bench: Bench, choices: Parameters<Bench['choose']>[0]) => bench.choose(choices);

describe('plan: a person decides field by field', () => {
  it('given a conflict, then it can be seen with base and both values', () => {
    const bench = inConflict();
    expect(bench.pair.parks).toMatchObject([{ reason: 'conflict', field: 'city' }]);
    expect(conflictsOf(bench.pair, bench.surroundings)).toEqual([
      {
        field: 'name',
        base: { fo: 'Contoso', dataverse: 'Contoso' },
        fo: 'By F&O',
        dataverse: 'Contoso',
        standing: 'travels',
      },
      {
        field: 'city',
        base: { fo: 'Rome', dataverse: 'Rome' },
        fo: 'Oslo',
        dataverse: 'Lima',
        standing: 'conflict',
      },
    ]);
  });

  it('when one side is taken for a field, then its value travels there, other fields as ever, and the loser is in the journal', () => {
    const bench = inConflict();
    release(bench, { city: { take: 'dataverse' } });
    expect(bench.last?.writes).toMatchObject([
      { side: 'dataverse', patch: { name: 'By F&O' } },
      { side: 'fo', patch: { city: 'Lima' } },
    ]);
    expect(eventsOf(bench.last!)).toContain('conflict');
    for (const write of bench.last?.writes ?? []) bench.answer(write);
    expect(bench.pair).toMatchObject({ parks: [], chosen: undefined });
    expect(bench.redrive()).toMatchObject({ writes: [], journal: [] });
  });

  it('when a third value is given, then it goes to both sides, each in its own form', () => {
    const bench = inConflict(aMap([aField('name'), aShortField('city')], { conflict: 'park' }));
    release(bench, { city: { side: 'fo', value: 'Geneva' } });
    expect(bench.last?.writes).toMatchObject([
      { side: 'dataverse', patch: { name: 'By F&O', city: 'Gene' } },
      { side: 'fo', patch: { city: 'Geneva' } },
    ]);
    for (const write of bench.last?.writes ?? []) bench.answer(write);
    expect(bench.redrive()).toMatchObject({ writes: [] });
    expect(bench.pair.base['city']).toEqual({ fo: 'Geneva', dataverse: 'Gene' });
  });

  it('when a row moved before the write came, then the choice still holds for values that the person saw', () => {
    const bench = inConflict();
    release(bench, { city: { take: 'fo' } });
    const write = bench.write();
    expect(write).toMatchObject({ side: 'dataverse', patch: { name: 'By F&O', city: 'Oslo' } });
    bench.answer(write, 'precondition-failed', { name: 'Edited', city: 'Lima' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'conflict', field: 'name' }]);
    bench.release('fo');
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'By F&O', city: 'Oslo' } });
  });

  it('when somebody edits that very field after the choice, then it is a conflict again: nobody has seen that value', () => {
    const bench = inConflict();
    release(bench, { city: { take: 'fo' } });
    bench.answer(bench.write(), 'precondition-failed', { ...ROW, city: 'Quito' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'conflict', field: 'city' }]);
  });
});

describe('plan: a retry', () => {
  it('given a refusal, then the same is sent again; given a conflict or doubt, then nothing is decided', () => {
    const bench = new Bench(map).inStep(ROW);
    bench.fo({ ...ROW, city: 'Oslo' });
    bench.answer(bench.write(), 'rejected');
    expect(bench.pair.parks).toMatchObject([{ reason: 'rejected' }]);
    expect(bench.redrive().writes).toEqual([]);
    expect(bench.retry().writes).toMatchObject([{ side: 'dataverse', patch: { city: 'Oslo' } }]);

    const conflict = inConflict();
    expect(conflict.retry()).toMatchObject({ writes: [], verdict: 'parked' });
  });
});
