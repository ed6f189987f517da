import type { Cells } from '@dualwrite/events';
import type { FieldRule, MapRules } from '@dualwrite/planner';
import { compareSides, differenceName } from './compare-sides';
import { freshReferences, type FreshRow } from './map-evidence';

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
const rules = {
  name: 'customers',
  fields: [field('name'), field('phone'), field('note', { direction: 'to-dataverse', drift: 'leave' })],
  creates: { fo: true, dataverse: true },
  keyOf: (_side: string, { code }: Cells) =>
    typeof code === 'string' ? { kind: 'key', key: code } : { kind: 'none', reason: 'code is empty' },
  inScope: (_side: string, { kind }: Cells) => kind !== 'other',
} as unknown as MapRules;
const references = freshReferences(new Map(), [], () => undefined);

function row(nativeId: string, cells: Cells): FreshRow {
  return { nativeId, version: 'v', cells: { code: 'C1', name: 'n', phone: '1', note: 'x', ...cells } };
}
function compare(fo: readonly FreshRow[], dataverse: readonly FreshRow[], of: MapRules = rules) {
  return compareSides({ rules: of, rows: { fo, dataverse }, references });
}

describe('compareSides', () => {
  it('given the same on both sides, also under a key in another case, then there is nothing', () => {
    expect(compare([row('f1', {})], [row('d1', { code: 'c1' })])).toEqual([]);
  });

  it('given fields that differ, then each is named with both values', () => {
    expect(compare([row('f1', {})], [row('d1', { name: 'm', phone: null })])).toEqual([
      {
        map: 'customers',
        kind: 'different',
        key: 'C1',
        rows: { fo: 'f1', dataverse: 'd1' },
        field: 'name',
        values: { fo: 'n', dataverse: 'm' },
      },
      {
        map: 'customers',
        kind: 'different',
        key: 'C1',
        rows: { fo: 'f1', dataverse: 'd1' },
        field: 'phone',
        values: { fo: '1', dataverse: null },
      },
    ]);
  });

  it('given a one-way field whose drift is left alone, then it is no difference', () => {
    expect(compare([row('f1', {})], [row('d1', { note: 'y' })])).toEqual([]);
  });

  it('given a row on one side only, then it is missing or extra, unless the map makes no rows there', () => {
    expect(compare([row('f1', {})], [])).toMatchObject([
      { kind: 'missing', rows: { fo: 'f1', dataverse: null } },
    ]);
    expect(compare([], [row('d1', {})])).toMatchObject([{ kind: 'extra', rows: { dataverse: 'd1' } }]);
    expect(compare([], [row('d1', {})], { ...rules, creates: { fo: false, dataverse: true } })).toEqual([]);
  });

  it('given a partner that the filter leaves out, then nothing is missing: it holds the key', () => {
    expect(compare([row('f1', {})], [row('d1', { kind: 'other' })])).toEqual([]);
    expect(compare([row('f1', { kind: 'other' })], [])).toEqual([]);
  });

  it('given two rows of one key, then they are doubled, and fields are not guessed at', () => {
    expect(compare([row('f1', {})], [row('d1', { name: 'm' }), row('d2', {})])).toMatchObject([
      { kind: 'doubled', key: 'C1', rows: { fo: 'f1', dataverse: null } },
    ]);
  });

  it('given a row without a key, then it is told, and is another thing than the next one without', () => {
    const found = compare([row('f1', { code: null }), row('f2', { code: null })], []);
    expect(found.map(({ kind }) => kind)).toEqual(['no-key', 'no-key']);
    expect(new Set(found.map(differenceName)).size).toBe(2);
  });
});
