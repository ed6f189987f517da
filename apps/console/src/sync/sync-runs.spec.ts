import { DependencyUnavailable } from '@dualwrite/telemetry';
import { SyncRuns, type Run } from './sync-runs';

const run: Run = {
  id: 'r1',
  map: 'units',
  baseline: 2,
  state: 'active',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: null,
  read: { fo: 10, dataverse: 0 },
  tables: [],
};
const books = {
  written: { fo: 0, dataverse: 7 },
  unchanged: 1,
  filtered: 0,
  parked: 2,
  waiting: 0,
  held: 0,
};

describe('SyncRuns', () => {
  it('given a run, then it is told with what has become of its rows by the books of its map', async () => {
    const asked: string[] = [];
    const runs = new SyncRuns({
      initialSync: {
        request: <T>(path: string) => {
          asked.push(path);
          return Promise.resolve({ runs: [run, { ...run, map: 'unknown' }] } as T);
        },
      },
      books: () => Promise.resolve(new Map([['units', books]])),
    });
    expect(await runs.list('units & more')).toEqual([
      { ...run, books },
      { ...run, map: 'unknown', books: null },
    ]);
    expect(asked).toEqual(['/api/v1/runs?map=units%20%26%20more']);
  });

  it('given that initial-sync is away, then 503 says that the runs go on', async () => {
    const runs = new SyncRuns({
      initialSync: { request: () => Promise.reject(new DependencyUnavailable('away')) },
      books: () => Promise.resolve(new Map()),
    });
    await expect(runs.list(undefined)).rejects.toMatchObject({ status: 503 });
  });
});
