import { waitGraph, waitKey, type SourcePair, type WaitedFor } from './wait-graph';

const group = (value: string): WaitedFor => ({ table: 'group', column: 'code', value, company: 'usmf' });
const term = (value: string): WaitedFor => ({ table: 'term', column: 'name', value, company: 'usmf' });
const target = (what: WaitedFor) => ({
  ...what,
  rowCount: 12,
  rows: [{ map: 'customers', key: 'usmf/C-1', pairId: 'c-1' }],
});
const pair = (pairId: string, verdict: SourcePair['verdict'], waitsFor: WaitedFor[] = []): SourcePair => ({
  map: 'groups',
  key: `usmf/${pairId}`,
  pairId,
  verdict,
  reason: verdict === 'parked' ? 'rejected: no' : null,
  waitsFor,
});

const causes = (sources: Readonly<Record<string, SourcePair>>, ...targets: WaitedFor[]) =>
  waitGraph(targets.map(target), (what) => sources[waitKey(what)], new Set(['group'])).map(
    ({ cause }) => cause,
  );

describe('waitGraph', () => {
  it('given a row that nobody has, then it says whether a map could bring it', () => {
    expect(causes({}, group('40'), term('N30'))).toEqual(['no-row', 'no-map']);
  });

  it('given a row with a pair of its own, then the class of that pair is the cause', () => {
    const sources = {
      [waitKey(group('40'))]: pair('g-40', 'parked'),
      [waitKey(group('41'))]: pair('g-41', 'filtered'),
      [waitKey(group('42'))]: pair('g-42', 'written-dataverse'),
    };
    expect(causes(sources, group('40'), group('41'), group('42'))).toEqual([
      'parked',
      'filtered',
      'on-its-way',
    ]);
    const [node] = waitGraph([target(group('40'))], (what) => sources[waitKey(what)], new Set());
    expect(node).toMatchObject({ rowCount: 12, source: { pairId: 'g-40', reason: 'rejected: no' } });
  });

  it('given a row that waits itself, then it is told from one that waits in a circle', () => {
    const chain = {
      [waitKey(group('40'))]: pair('g-40', 'waiting', [term('N30')]),
      [waitKey(term('N30'))]: pair('t-30', 'waiting', [term('N60')]),
    };
    expect(causes(chain, group('40'))).toEqual(['waiting']);
    const circle = { ...chain, [waitKey(term('N30'))]: pair('t-30', 'waiting', [group('40')]) };
    expect(causes(circle, group('40'))).toEqual(['circle']);
    const beside = { ...chain, [waitKey(term('N30'))]: pair('t-30', 'waiting', [term('N30')]) };
    expect(causes(beside, group('40'), term('N30'))).toEqual(['waiting', 'circle']);
  });
});
