import { onlyTo } from './one-way';
import { Bench, eventsOf } from './testing/bench';
import { aField, aMap } from './testing/rules';

const map = aMap([
  aField('name'),
  aField('phone', { direction: 'to-fo' }),
  aField('mail', { direction: 'to-dataverse' }),
]);
const oneWay = { rules: onlyTo(map, 'dataverse') };
const bothWays = { rules: map };
const row = { name: 'A', phone: '1', mail: 'm' };

/** Both rows were there from the start. */
function inStep(): Bench {
  const bench = new Bench(map, { covered: { fo: false, dataverse: false } });
  bench.fo(row);
  bench.dataverse(row);
  return bench.with({ ...oneWay, covered: { fo: true, dataverse: true } });
}

describe('plan: a map that writes to one side alone', () => {
  it('given edits in the source, then they travel; the fields of the other way do not', () => {
    const bench = inStep();
    bench.fo({ ...row, name: 'B', phone: '2' });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'B' } });
  });

  it('given an edit in the target, then it is left; both ways again, it travels', () => {
    const bench = inStep();
    expect(bench.dataverse({ ...row, name: 'C', phone: '3' })).toMatchObject({
      writes: [],
      verdict: 'unchanged',
    });
    bench.with(bothWays).redrive();
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'C', phone: '3' } });
  });

  it('given a later edit of the source, then it wins over what was left in the target', () => {
    const bench = inStep();
    bench.dataverse({ ...row, name: 'C' });
    bench.fo({ ...row, name: 'D' });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'D' } });
    expect(eventsOf(bench.last ?? bench.redrive())).toContain('conflict');
  });

  it('given a row that the target alone has, then none is made for it until the map goes both ways', () => {
    const bench = new Bench(map, oneWay);
    expect(bench.dataverse(row)).toMatchObject({ writes: [], verdict: 'filtered' });
    bench.with(bothWays).redrive();
    expect(bench.write()).toMatchObject({ side: 'fo', kind: 'create' });
  });

  it('given a delete in the source, then it travels; one in the target does not, until the map goes both ways', () => {
    const source = inStep();
    source.fo(null);
    expect(source.write()).toMatchObject({ side: 'dataverse', kind: 'delete' });
    const target = inStep();
    expect(target.dataverse(null)).toMatchObject({ writes: [], verdict: 'filtered' });
    expect(target.release('dataverse')).toMatchObject({ writes: [] });
    target.with(bothWays).redrive();
    expect(target.write()).toMatchObject({ side: 'fo', kind: 'delete' });
  });
});
