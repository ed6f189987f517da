import { winnerOf } from './winner';
import { Bench } from './testing/bench';
import { aField, aMap } from './testing/rules';

const lastChange = { column: { fo: 'changedAt', dataverse: 'modifiedon' }, unknown: 'park' } as const;
const rows = (fo: string | null, dataverse: string | null) => ({
  fo: { cells: { changedAt: fo } },
  dataverse: { cells: { modifiedon: dataverse } },
});

describe("who was last, by the sides' own stamps", () => {
  it.each([
    ['2024-05-01T08:00:01Z', '2024-05-01T08:00:00Z', 'fo'],
    ['2024-05-01T08:00:00Z', '2024-05-02T07:00:00Z', 'dataverse'],
    ['2024-05-01T08:00:00.5Z', '2024-05-01T08:00:00.45Z', 'fo'],
    // Whole seconds against fractions: the second cannot be told apart.
    ['2024-05-01T08:00:00Z', '2024-05-01T08:00:00.45Z', null],
    ['2024-05-01T08:00:00Z', '2024-05-01T08:00:00Z', null],
    [null, '2024-05-01T08:00:00Z', null],
    ['2024-05-01T08:00:00Z', null, null],
  ] as const)('F&O %s, Dataverse %s: %s', (fo, dataverse, winner) => {
    expect(winnerOf('last', rows(fo, dataverse), { lastChange })).toBe(winner);
  });

  it('given that nobody can tell, then the map says who wins', () => {
    const told = { ...lastChange, unknown: 'dataverse-wins' } as const;
    expect(winnerOf('last', rows(null, null), { lastChange: told })).toBe('dataverse');
  });
});

describe('plan: conflicts by the policy last', () => {
  const name = aField('name');
  const conflict = (rules: Parameters<typeof aMap>[1], fields = [name]): Bench => {
    const bench = new Bench(aMap(fields, { lastChange, ...rules })).inStep({ name: 'A' });
    bench.fo({ name: 'F', changedAt: '2024-05-01T08:00:05Z' });
    bench.answer(bench.write(), 'precondition-failed', { name: 'D', modifiedon: '2024-05-01T08:00:09Z' });
    return bench;
  };

  it('given a Dataverse edit that is later, then it travels and the loser is in the journal', () => {
    const bench = conflict({ conflict: 'last' });
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'D' } });
    expect(bench.last?.journal[0]).toMatchObject({ event: 'conflict', fields: [{ lost: 'fo', fo: 'F' }] });
  });

  it('given one field with the policy, then it alone goes by the stamps', () => {
    const bench = conflict({ conflict: 'fo-wins' }, [aField('name', { conflict: 'last' })]);
    expect(bench.write()).toMatchObject({ side: 'fo', patch: { name: 'D' } });
  });

  it('given a first meeting, then the row that was changed later is kept', () => {
    const bench = new Bench(aMap([name], { lastChange, firstMeeting: 'last' }), {
      covered: { fo: true, dataverse: false },
    });
    bench.fo({ name: 'F', changedAt: '2024-05-01T08:00:05Z' });
    bench.dataverse({ name: 'D', modifiedon: '2024-05-01T08:00:04Z' });
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'F' } });
  });

  it('given a row without a stamp, then the pair parks until a person names the winner', () => {
    const bench = new Bench(aMap([name], { lastChange, conflict: 'last' })).inStep({ name: 'A' });
    bench.fo({ name: 'F' });
    bench.answer(bench.write(), 'precondition-failed', { name: 'D', modifiedon: '2024-05-01T08:00:09Z' });
    expect(bench.pair.parks).toMatchObject([{ reason: 'conflict', text: 'name' }]);
    bench.release('fo');
    expect(bench.write()).toMatchObject({ side: 'dataverse', patch: { name: 'F' } });
  });
});
