import type { Cell, Cells } from '@dualwrite/events';
import type { FieldRule, MapRules } from '@dualwrite/planner';
import type { Breach } from './breach';
import { judgeRows, unsettledWrites } from './judge-rows';
import { freshReferences, type FreshRow, type MapEvidence, type PairView } from './map-evidence';

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
/** Dataverse keeps four characters. */
const short = field('city', {
  convert: (to, value) => ({ kind: 'value', value: to === 'dataverse' ? String(value).slice(0, 4) : value }),
});
const rules = {
  name: 'customers',
  table: { fo: 'CustomersV3', dataverse: 'account' },
  fields: [field('name'), short],
  creates: { fo: true, dataverse: true },
  hasIds: { fo: false, dataverse: true },
  keyOf: (_side: string, { code }: Cells) =>
    code === undefined || code === null
      ? { kind: 'none', reason: 'code is empty' }
      : { kind: 'key', key: String(code) },
  inScope: (_side: string, { kind }: Cells) => kind !== 'other',
} as unknown as MapRules;

const row = (nativeId: string, cells: Cells, version = 'v1'): FreshRow => ({ nativeId, version, cells });
const pair = (more: Partial<PairView> = {}): PairView => ({
  pairId: 'p1',
  key: 'C1',
  verdict: 'unchanged',
  parks: [],
  open: 0,
  rows: { fo: { nativeId: 'f1', version: 'v1' }, dataverse: { nativeId: 'd1', version: 'v1' } },
  ended: { fo: [], dataverse: [] },
  ...more,
});
const evidence = (more: Partial<MapEvidence> = {}): MapEvidence => ({
  rules,
  rows: {
    fo: [row('f1', { code: 'C1', name: 'n', city: 'Sydney' })],
    dataverse: [row('d1', { code: 'c1', name: 'n', city: 'Sydn' })],
  },
  references: freshReferences(new Map(), [], () => undefined),
  pairs: [pair()],
  ...more,
});
const judge = (all: MapEvidence): readonly Breach[] => [
  ...judgeRows(all),
  ...unsettledWrites(all.rules.name, all.pairs),
];
const kinds = (more: Partial<MapEvidence>): string[] => judge(evidence(more)).map(({ kind }) => kind);
const dataverse = (...rows: readonly FreshRow[]): MapEvidence['rows'] => ({
  fo: evidence().rows.fo,
  dataverse: rows,
});

describe('judgeRows and unsettledWrites', () => {
  it('given rows that agree in the form of each side, then nothing is found', () => {
    expect(judge(evidence())).toEqual([]);
  });

  it('given another value, then the field and both values are named, unless the pair is parked with a reason', () => {
    const rows = dataverse(row('d1', { code: 'C1', name: 'other', city: 'Sydn' }));
    expect(judge(evidence({ rows }))).toEqual([
      {
        kind: 'disagreement',
        map: 'customers',
        key: 'c1',
        field: 'name',
        text: '"n" in fo, "other" in dataverse',
      },
    ]);
    expect(kinds({ rows, pairs: [pair({ verdict: 'parked', parks: ['conflict'] })] })).toEqual([]);
  });

  it('given a field that travels one way, then only its target must show it, and a drift may be left', () => {
    const rows = dataverse(row('d1', { code: 'C1', name: 'n', city: 'Perth' }));
    const oneWay = (drift: FieldRule['drift']): MapRules => ({
      ...rules,
      fields: [field('city', { direction: 'to-dataverse', drift })],
    });
    expect(kinds({ rows, rules: oneWay('repair') })).toEqual(['disagreement']);
    expect(kinds({ rows, rules: oneWay('leave') })).toEqual([]);
  });

  it('given a row without a partner, then it is missing, if the map would make it', () => {
    expect(kinds({ rows: dataverse() })).toEqual(['disagreement']);
    const oneWay = { ...rules, creates: { fo: true, dataverse: false } };
    expect(kinds({ rows: dataverse(), rules: oneWay })).toEqual([]);
  });

  it('given two rows of one key, then it is doubled, also when case alone tells them apart', () => {
    const twin = pair({ pairId: 'p2', rows: { fo: null, dataverse: { nativeId: 'd2', version: 'v1' } } });
    const rows = dataverse(...evidence().rows.dataverse, row('d2', { code: 'C1', name: 'n', city: 'Sydn' }));
    expect(kinds({ rows, pairs: [pair(), twin] })).toEqual(['doubled']);
  });

  it('given a row that no pair holds, then it is unaccounted, unless the map does not want it', () => {
    expect(kinds({ pairs: [] })).toEqual(['unaccounted', 'unaccounted']);
    const rows = dataverse(...evidence().rows.dataverse, row('d2', { code: 'C2', kind: 'other' }));
    expect(kinds({ rows })).toEqual([]);
  });

  it('given a row at another version than the mapper has seen, then nobody has noticed its change', () => {
    const rows = dataverse(row('d1', { code: 'C1', name: 'n', city: 'Sydn' }, 'v2'));
    expect(kinds({ rows })).toEqual(['unseen']);
  });

  it('given a row whose life has ended, then it is back from the dead', () => {
    expect(kinds({ pairs: [pair({ ended: { fo: [], dataverse: ['d1'] } })] })).toEqual(['resurrected']);
  });

  it('given a write without an answer, then it is unsettled', () => {
    expect(kinds({ pairs: [pair({ open: 1 })] })).toEqual(['unsettled']);
  });
});

describe('freshReferences', () => {
  const tables = new Map([
    ['group', [row('G1', { code: '10 ', company: 'co1' }), row('G2', { code: '10', company: 'co2' })]],
  ]);
  const codes: Readonly<Record<string, Cell>> = { co1: 'usmf', co2: 'DEMF' };
  const lookups = [{ table: 'group', keyColumn: 'code', companyColumn: 'company' }];
  const references = freshReferences(tables, lookups, (id) => codes[id]);

  it('when a key is looked for, then in its company, without case and blanks at the end', () => {
    expect(references.idOf('group', 'code', '10', 'USMF')).toBe('G1');
    expect(references.idOf('group', 'code', '10', 'demf')).toBe('G2');
    expect(references.idOf('group', 'code', '11', 'usmf')).toBeUndefined();
  });

  it('when an id is looked for, then in any case', () => {
    expect(references.valueOf('group', 'code', 'g2')).toBe('10');
    expect(references.valueOf('group', 'code', 'g3')).toBeUndefined();
  });
});
