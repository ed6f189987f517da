import { Bench } from './testing/bench';
import { aField, aMap } from './testing/rules';

/** By the map's newest version names have a mark in Dataverse; what was agreed knows nothing of it. */
const marked = aField('name', {
  convert: (to, value) => {
    const text = String(value);
    return {
      kind: 'value',
      value: to === 'dataverse' ? `*${text}` : text.startsWith('*') ? text.slice(1) : `?${text}`,
    };
  },
});

function agreedOtherwise(given: Parameters<typeof aMap>[1] = {}): Bench {
  return new Bench(aMap([aField('name'), aField('phone')]))
    .inStep({ name: 'A', phone: '1' })
    .with({ rules: aMap([marked, aField('phone')], { firstMeeting: 'fo-wins', ...given }) });
}

describe('plan: a repair', () => {
  it('given values that were agreed and are not the same, then looking again alone mends nothing', () => {
    expect(agreedOtherwise().redrive().writes).toEqual([]);
  });

  it('when the field is to be repaired, then it meets anew by the policy, and agrees with the answer', () => {
    const bench = agreedOtherwise();
    bench.repair('name');
    expect(bench.write()).toMatchObject({ side: 'dataverse', kind: 'update', patch: { name: '*A' } });
    bench.answer(bench.write());
    expect(bench.pair).toMatchObject({ verdict: 'written-dataverse', intents: [], parks: [] });
    expect(bench.repair('name').writes).toEqual([]);
  });

  it('when the policy asks a person, then the pair is parked and says so', () => {
    const bench = agreedOtherwise({ firstMeeting: 'park' });
    bench.repair('name');
    expect(bench.pair.parks).toMatchObject([{ reason: 'first-meeting', text: 'name' }]);
  });

  it('when a side has changed since, then that is an edit and travels, whatever the policy for first meetings says', () => {
    const bench = agreedOtherwise();
    const { nativeId } = bench.pair.seen.dataverse;
    bench.dataverse({ name: '*B', phone: '1' }, { nativeId: nativeId ?? '' });
    const [edit] = bench.last?.writes ?? [];
    expect(edit).toMatchObject({ side: 'fo', patch: { name: 'B' } });
    bench.repair('name');
    expect(bench.last?.writes ?? []).toEqual([]);
    expect(bench.pair.intents).toHaveLength(1);
  });

  it('when a field is named that agrees, or one side has no row, then nothing happens', () => {
    const bench = agreedOtherwise();
    expect(bench.repair('phone').writes).toEqual([]);
    const alone = new Bench(aMap([aField('name')]), { covered: { fo: true, dataverse: false } });
    alone.fo({ name: 'A' });
    expect(alone.repair('name').writes).toEqual([]);
  });
});
