import { Bench, DATAVERSE_ID, eventsOf } from './testing/bench';
import { aField, aMap } from './testing/rules';

const map = aMap([aField('name'), aField('phone')], { conflict: 'fo-wins', firstMeeting: 'fo-wins' });

function inShadow(): Bench {
  const bench = new Bench(map, { isShadow: true });
  bench.fo({ name: 'A', phone: '1' });
  bench.dataverse({ name: 'A', phone: '1' });
  return bench;
}

describe('plan: a map in shadow', () => {
  it('given a row on one side only, then its create is expected, and the pair keeps nothing of it', () => {
    const bench = new Bench(map, { isShadow: true });
    const done = bench.fo({ name: 'A', phone: '1' });
    expect(done).toMatchObject({
      writes: [],
      verdict: 'waiting',
      expected: [{ kind: 'create', target: 'dataverse', patch: { name: 'A', phone: '1' } }],
    });
    expect(bench.pair).toMatchObject({ intents: [], nextIntent: 1, lives: [], couple: { fo: null } });
  });

  it('when others make the partner under an id of their own, then it agrees, and is one thing with it', () => {
    const bench = inShadow();
    expect(bench.last).toMatchObject({ writes: [], verdict: 'unchanged' });
    expect(bench.pair.couple.dataverse).toBe(DATAVERSE_ID);
    const ended = bench.fo(null);
    expect(ended).toMatchObject({ writes: [], expected: [{ kind: 'delete', target: 'dataverse' }] });
    expect(eventsOf(ended)).toEqual([]);
  });

  it('when an edit comes over, then the base is what both sides show, and an edit back is expected from there', () => {
    const bench = inShadow();
    expect(bench.fo({ name: 'B', phone: '1' }).expected).toMatchObject([
      { kind: 'update', target: 'dataverse', patch: { name: 'B' } },
    ]);
    expect(bench.dataverse({ name: 'B', phone: '1' }).expected).toBeUndefined();
    expect(bench.pair.base['name']).toEqual({ fo: 'B', dataverse: 'B' });
    expect(bench.dataverse({ name: 'C', phone: '1' }).expected).toMatchObject([
      { target: 'fo', patch: { name: 'C' } },
    ]);
  });

  it('when it is cut over, then agreeing pairs cost no write, and what differs goes its usual way', () => {
    expect(inShadow().with({ isShadow: false }).redrive().writes).toEqual([]);
    const bench = inShadow();
    bench.fo({ name: 'B', phone: '1' });
    bench.dataverse({ name: 'C', phone: '1' });
    expect(eventsOf(bench.with({ isShadow: false }).redrive())).toEqual(['conflict', 'planned update']);
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B' } });
  });

  it('given a write of an earlier run without an answer, then it is not sent again before the cutover', () => {
    const bench = new Bench(map).inStep({ name: 'A', phone: '1' });
    bench.fo({ name: 'B', phone: '1' });
    const write = bench.write();
    expect(bench.with({ isShadow: true }).redrive()).toMatchObject({ writes: [] });
    expect(bench.with({ isShadow: false }).redrive().writes).toMatchObject([{ intent: write.intent }]);
  });
});
