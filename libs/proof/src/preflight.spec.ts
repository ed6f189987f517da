import type { Cells } from '@dualwrite/events';
import type { FieldRule, MapRules } from '@dualwrite/planner';
import { freshReferences, type FreshRow } from './map-evidence';
import { Preflighter } from './preflight';
import { wavesOf } from './waves';

const field = (name: string, more: Partial<FieldRule> = {}): FieldRule => ({
  name,
  column: { fo: name, dataverse: name },
  direction: 'both',
  drift: 'repair',
  conflict: null,
  deferrable: false,
  convert: (_to, value) => ({ kind: 'value', value }),
  same: (_side, left, right) => left === right,
  ...more,
});
const short = field('city', {
  convert: (to, value) =>
    to === 'dataverse' && String(value).length > 4
      ? { kind: 'refused', code: 'too-long', text: `"${String(value)}" has more than 4 characters` }
      : { kind: 'value', value },
});
const group = field('group', {
  convert: (to, value) =>
    to === 'dataverse' && value !== '10'
      ? {
          kind: 'wait',
          wanted: { side: 'dataverse', table: 'group', column: 'code', value: String(value), company: null },
        }
      : { kind: 'value', value },
});
const rules = {
  name: 'customers',
  fields: [field('name'), short, group],
  firstMeeting: 'fo-wins',
  creates: { fo: true, dataverse: true },
  keyOf: (_side: string, { code }: Cells) =>
    typeof code === 'string' ? { kind: 'key', key: code } : { kind: 'none', reason: 'code is empty' },
  inScope: (_side: string, { kind }: Cells) => kind !== 'other',
} as unknown as MapRules;
const references = freshReferences(new Map(), [], () => undefined);
let count = 0;

function row(cells: Cells): FreshRow {
  count += 1;
  return {
    nativeId: `n${count}`,
    version: 'v',
    cells: { code: 'C1', name: 'n', city: 'Zug', group: '10', ...cells },
  };
}
function fly(
  fo: readonly FreshRow[],
  dataverse: readonly FreshRow[],
  of: MapRules = rules,
  arriving = false,
) {
  const flight = new Preflighter(of, references, () => arriving);
  flight.take({ fo, dataverse });
  return flight.result();
}

describe('preflight', () => {
  it('given rows of every fate, then each is counted once, and adds up', () => {
    const fo = [
      row({}),
      row({ code: 'C2', name: 'other' }),
      row({ code: 'C3' }),
      row({ code: 'C4', city: 'Winterthur' }),
      row({ code: 'C5', group: '40' }),
      row({ code: 'C6', kind: 'other' }),
      row({ code: null }),
    ];
    const dataverse = [row({}), row({ code: 'c2' }), row({ code: 'D1' })];
    expect(fly(fo, dataverse)).toMatchObject({
      filtered: { fo: 1, dataverse: 0 },
      creates: { fo: 1, dataverse: 1 },
      updates: { fo: 0, dataverse: 1 },
      unchanged: 1,
      parked: 2,
      waiting: 1,
    });
  });

  it('given problems of one kind, then they are one group with its count and a few keys', () => {
    const fo = Array.from({ length: 8 }, (_, index) =>
      row({ code: `C${index}`, city: `Winterthur ${index}` }),
    );
    expect(fly([...fo, row({ code: 'X', group: '40' })], []).problems).toEqual([
      {
        map: 'customers',
        side: 'dataverse',
        code: 'too-long',
        field: 'city',
        text: '"Winterthur 0" has more than 4 characters',
        rowCount: 8,
        samples: ['C0', 'C1', 'C2', 'C3', 'C4'],
      },
      {
        map: 'customers',
        side: 'dataverse',
        code: 'missing-row',
        field: 'group',
        text: 'group where code is 40 is not there',
        rowCount: 1,
        samples: ['X'],
      },
    ]);
  });

  it('given a reference to a row that an earlier wave makes, then it is no problem', () => {
    expect(fly([row({ group: '40' })], [], rules, true)).toMatchObject({
      creates: { dataverse: 1 },
      problems: [],
    });
  });

  it('given two rows of one key, or a first meeting that a person decides, then they would park', () => {
    expect(fly([row({}), row({})], []).problems).toMatchObject([{ code: 'key-taken', rowCount: 1 }]);
    const found = fly([row({})], [row({ name: 'm' })], { ...rules, firstMeeting: 'park' });
    expect(found).toMatchObject({ parked: 1, problems: [{ code: 'first-meeting', field: 'name' }] });
  });
});

describe('wavesOf', () => {
  const map = (name: string, table: string, ...dependsOn: string[]) => ({
    name,
    table: { dataverse: table },
    dependsOn,
  });

  it('given maps that point at each other, then what is pointed at comes first; a ring is one wave', () => {
    const waves = wavesOf([
      map('customers', 'account', 'group', 'terms'),
      map('groups', 'group', 'terms', 'cdm_company'),
      map('terms', 'terms'),
      map('a', 'a', 'b'),
      map('b', 'b', 'a'),
    ]);
    expect(waves.map((wave) => wave.map(({ name }) => name))).toEqual([
      ['terms'],
      ['groups'],
      ['customers'],
      ['a', 'b'],
    ]);
  });
});
