import { emptyPair, type PairState } from '@dualwrite/planner';
import type { DataSource } from 'typeorm';
import { NameLists } from './name-lists';
import { decodePair, encodePair, nameListIdsOf, nameListsOf } from './pair-codec';

const fields = [
  { name: 'Name=name', column: { fo: 'Name', dataverse: 'name' } },
  { name: 'CreditLimit=creditlimit', column: { fo: 'CreditLimit', dataverse: 'creditlimit' } },
  { name: '=origin', column: { fo: null, dataverse: 'origin' } },
];

const pair: PairState = {
  ...emptyPair({ pairId: 'p1', key: 'usmf/US-001', epoch: 1, mapVersion: 3 }),
  verdict: 'unchanged',
  nextIntent: 4,
  seen: {
    fo: {
      nativeId: 'usmf|US-001',
      revision: { epoch: 1, n: '9007199254740993' },
      presence: 'present',
      row: {
        id: 'usmf|US-001#1.7',
        version: 'W/"1"',
        cells: { Name: 'Anna "A" Müller', CreditLimit: '1250.5' },
      },
    },
    dataverse: {
      nativeId: 'a1',
      revision: { epoch: 2, n: '17' },
      presence: 'present',
      row: {
        id: 'a1',
        version: 'W/"2"',
        cells: { name: 'Anna "A" Müller', creditlimit: '1250.50', origin: 7 },
      },
    },
  },
  couple: { fo: 'usmf|US-001#1.7', dataverse: 'a1' },
  base: {
    'Name=name': { fo: 'Anna "A" Müller', dataverse: 'Anna "A" Müller' },
    'CreditLimit=creditlimit': { fo: '1000', dataverse: '1250.50' },
    '=origin': { fo: null, dataverse: 7 },
  },
};
const columns = { pairId: 'p1', key: 'usmf/US-001', verdict: 'unchanged', mapVersion: 3 } as const;

/** Name lists whose database gives out numbers. */
function numberedLists(): NameLists {
  let id = 0;
  const database = { query: async () => [{ id: (id += 1) }] } as unknown as DataSource;
  return new NameLists(database);
}

const throughStore = (state: PairState, lists: NameLists): PairState =>
  decodePair(JSON.parse(JSON.stringify(encodePair(state, fields, lists))), columns, fields, lists);

describe('pair codec', () => {
  it('given lists with numbers, when a pair is stored, then it comes back the same and names are numbers', async () => {
    const lists = numberedLists();
    await lists.learn(nameListsOf(pair, lists));
    expect(nameListsOf(pair, lists)).toEqual([]);
    const stored = encodePair(pair, fields, lists);
    expect(JSON.stringify(stored)).not.toContain('CreditLimit":');
    expect(nameListIdsOf(stored)).toEqual([1, 2, 3]);
    expect(stored.bx).toEqual({ 'CreditLimit=creditlimit': ['1000', '1250.50'] });
    expect(throughStore(pair, lists)).toEqual(pair);
  });

  it('given lists without numbers, when a pair is stored, then it comes back the same', () => {
    expect(throughStore(pair, numberedLists())).toEqual(pair);
  });

  it('given a pair of which nothing was seen, when it is stored, then it comes back the same', () => {
    const empty = {
      ...emptyPair({ pairId: 'p1', key: 'usmf/US-001', epoch: 1, mapVersion: 3 }),
      verdict: 'unchanged',
    } as const;
    expect(throughStore(empty, numberedLists())).toEqual(empty);
  });

  it('given a pair with all that may be open, when it is stored, then it comes back the same', () => {
    const busy: PairState = {
      ...pair,
      epoch: 2,
      heard: { fo: { 'usmf|US-000': { epoch: 1, n: '1' } }, dataverse: {} },
      maybe: { fo: 'x', dataverse: 'y' },
      wants: [{ side: 'dataverse', table: 't', column: 'c', value: 'v', company: null }],
      lives: [{ ids: { fo: ['x'], dataverse: ['y'] }, ended: true }],
      restored: true,
    };
    expect(throughStore(busy, numberedLists())).toEqual(busy);
  });

  it('given a field that the map has lost, when a pair is read, then its base is gone and no other', () => {
    const lists = numberedLists();
    const stored = encodePair(pair, fields, lists);
    const { base } = decodePair(stored, columns, fields.slice(1), lists);
    expect(Object.keys(base)).toEqual(['CreditLimit=creditlimit', '=origin']);
  });
});
