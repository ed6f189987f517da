import { viewRun } from './run-view';
import type { BaselineRun } from './baseline-run';
import type { StoredSync } from './sync-store';
import type { TableRead } from './table-read';

const run = {
  id: 'run',
  map: 'units',
  baseline: 1,
  state: 'active',
  readIds: ['r'],
  createdAtMs: 0,
  finishedAtMs: null,
} as unknown as BaselineRun;

function viewed(read: Partial<TableRead>, nowMs: number) {
  const whole = {
    id: 'r',
    side: 'fo',
    table: 'Units',
    company: '*',
    state: 'reading',
    rowCount: 2_000,
    totalCount: 10_000,
    chunk: 2,
    lastError: null,
    startedAtMs: 0,
    finishedAtMs: null,
    ...read,
  } as unknown as TableRead;
  const stored: StoredSync = { runs: [run], reads: new Map([['r', whole]]) };
  return viewRun(run, stored, { fo: 'Units', dataverse: 'unit' }, nowMs).tables[0];
}

describe('viewRun', () => {
  it('given a read with a pace and a count, then it says how long it will take, as a range', () => {
    expect(viewed({}, 10_000)).toMatchObject({
      read: 2_000,
      total: 10_000,
      ratePerSecond: 200,
      secondsLeft: { low: 40, high: 80 },
    });
  });

  it.each([
    ['no count', { totalCount: null }, 10_000],
    ['too little time', {}, 4_000],
    ['no rows yet', { rowCount: 0 }, 10_000],
    ['a read that is done', { state: 'done' as const }, 10_000],
  ])('given %s, then it does not guess', (_, read, nowMs) => {
    expect(viewed(read, nowMs)?.secondsLeft).toBeNull();
  });

  it('given more rows than were counted, then nothing is left, and never less than that', () => {
    expect(viewed({ rowCount: 12_000 }, 10_000)?.secondsLeft).toEqual({ low: 0, high: 0 });
  });
});
