import type { Evidence } from './evidence';
import { givenUpIn } from './evidence';
import { seedRows } from './seed-rows';
import { breachStory } from './story';
import { breachesOf, figuresOf } from './verdict';

const clean: Evidence = {
  history: { deeds: seedRows(1).deeds, shown: [], givenUp: [], parked: [] },
  books: [],
  differences: [],
};
/** The seed's rows, as both sides show them when nothing has happened. */
const atRest: Evidence = {
  ...clean,
  history: {
    ...clean.history,
    shown: clean.history.deeds.map(({ side, map, key, rowId, fields }) => ({
      side,
      map,
      key,
      rowId,
      values: Object.fromEntries(Object.entries(fields).map(([field, { after }]) => [field, after])),
    })),
  },
};
const differing = {
  map: 'customersv3-accounts',
  key: 'usmf/c-0001',
  what: 'differs',
  field: 'a=b',
  fo: 'x',
  dataverse: 'y',
};

describe('breachesOf', () => {
  it('given both sides as they were, then nothing is found', () => {
    expect(breachesOf(atRest)).toEqual([]);
  });

  it('given no rows at all, then every value of the seed is lost', () => {
    expect(figuresOf(breachesOf(clean)).lost).toBe(5 + 3);
  });

  it('given a difference, then it is one, unless its pair is parked with a reason', () => {
    const different = { ...atRest, differences: [differing] };
    expect(figuresOf(breachesOf(different))).toEqual({
      lost: 0,
      resurrected: 0,
      doubled: 0,
      disagreements: 1,
      unbalanced: 0,
      invented: 0,
      needlessWrites: 0,
    });
    const parked = [{ map: differing.map, key: 'usmf/C-0001', reason: 'conflict' }];
    expect(breachesOf({ ...different, history: { ...different.history, parked } })).toEqual([]);
    const elsewhere = [{ map: 'another', key: 'usmf/C-0001', reason: 'conflict' }];
    expect(breachesOf({ ...different, history: { ...different.history, parked: elsewhere } })).toHaveLength(
      1,
    );
  });
});

describe('givenUpIn', () => {
  const event = {
    at: '2026-01-01T00:00:02.000Z',
    service: 'mapper',
    what: 'conflict',
    map: 'm',
    side: null,
    pairId: null,
    traceId: null,
    code: null,
    text: null,
  };

  it('given a conflict, then only the value of the side that lost was given up, and only for its own map', () => {
    const fields = [{ field: 'name', fo: 'kept', dataverse: 'given up', lost: 'dataverse' as const }];
    expect(givenUpIn([{ ...event, fields }], { map: 'm', key: 'k' })).toEqual([
      { map: 'm', key: 'k', value: 'given up' },
    ]);
    expect(givenUpIn([{ ...event, fields }], { map: 'other', key: 'k' })).toEqual([]);
    expect(
      givenUpIn([{ ...event, what: 'planned', fields: [{ field: 'name', fo: 'a', dataverse: 'b' }] }], {
        map: 'm',
        key: 'k',
      }),
    ).toEqual([]);
  });

  it('given a breach, then its story tells what both sides logged and what the journal says, by time', () => {
    const [deed] = atRest.history.deeds;
    const later = { ...deed!, n: 2, atMs: Date.parse('2026-01-01T00:00:03.000Z') };
    const story = breachStory(
      { kind: 'disagreement', map: 'm', key: 'k', text: 'they differ' },
      { deeds: [later], events: [{ ...event, fields: [] }] },
    );
    const lines = story.split('\n');
    expect(lines[0]).toContain('they differ');
    expect(lines[1]).toContain('mapper: conflict');
    expect(lines[2]).toContain('somebody create');
  });
});
