import { Bench } from './testing/bench';
import { aField, aMap } from './testing/rules';

const map = aMap([aField('name'), aField('phone')]);

describe('plan: while the deletes of a map are held', () => {
  it('then a delete waits, and a person lets it go or keeps the row', () => {
    const held = () => {
      const bench = new Bench(map).inStep({ name: 'A', phone: '1' });
      bench.with({ areDeletesHeld: true }).fo(null);
      return bench;
    };
    const bench = held();
    expect(bench.last).toMatchObject({ writes: [], verdict: 'parked' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'delete-held' }]);
    expect(bench.release().writes).toMatchObject([{ kind: 'delete', side: 'dataverse' }]);
    expect(held().release('dataverse').writes).toMatchObject([{ kind: 'create', side: 'fo' }]);
    expect(held().with({ areDeletesHeld: false }).redrive().writes).toMatchObject([{ kind: 'delete' }]);
  });
});
