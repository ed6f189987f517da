import { latenciesMs, type Commit } from './commit-log';

const commit = (side: Commit['side'], isEdit: boolean, atMs: number): Commit => ({
  side,
  path: `/${side}/1`,
  isEdit,
  atMs,
});
const partnerOf = ({ side }: Commit) =>
  side === 'fo'
    ? ({ side: 'dataverse', path: '/dataverse/1' } as const)
    : ({ side: 'fo', path: '/fo/1' } as const);

describe('latenciesMs', () => {
  it('given an edit and the write that it led to, then the time between the two commits', () => {
    const log = [commit('dataverse', false, 5), commit('fo', true, 10), commit('dataverse', false, 37)];
    expect(latenciesMs(log, partnerOf)).toEqual([27]);
  });

  it('given an edit that has not arrived, then it has no latency yet', () => {
    expect(latenciesMs([commit('fo', true, 10), commit('fo', false, 12)], partnerOf)).toEqual([]);
  });
});
