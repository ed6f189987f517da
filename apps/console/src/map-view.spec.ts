import type { MapCounts, MapStatus } from '@dualwrite/events';
import type { Run } from './lifecycle';
import { viewMap } from './map-view';
import { StatusBook } from './status-book';

const NOW = Date.parse('2026-11-23T08:00:00.000Z');
const running: Run = { desired: 'running', runEpoch: 3, baseline: 1, startEpoch: 3 };
const counts: MapCounts = {
  examined: 10,
  written: { fo: 1, dataverse: 4 },
  unchanged: 5,
  filtered: 0,
  parked: 0,
  waiting: 0,
  held: 0,
  open: 0,
};

describe('viewMap', () => {
  describe('given a running map that all services have taken over', () => {
    it('when its baseline is read and nothing lags, then it runs and is in step', () => {
      const view = viewMap('m', running, aBook(), NOW);
      expect(view).toMatchObject({
        state: 'running',
        health: 'healthy',
        inStep: true,
        lagMs: 0,
        lagCount: 0,
        counts,
      });
    });

    it('when its baseline is being read, then it is in initial sync, with the reason', () => {
      const book = aBook();
      book.note(aStatus('initial-sync', { state: 'initial-sync', reason: 'reading account: 7 rows' }));
      expect(viewMap('m', running, book, NOW)).toMatchObject({
        state: 'initial-sync',
        reason: 'reading account: 7 rows',
        inStep: false,
      });
    });

    it('when initial-sync last spoke of an older start, then it is in initial sync', () => {
      const book = aBook();
      book.note(aStatus('initial-sync', { confirmedRunEpoch: 2 }));
      expect(viewMap('m', running, book, NOW).state).toBe('initial-sync');
    });

    it('when the mapper is far behind, then it catches up', () => {
      const book = aBook();
      book.note(aStatus('mapper', { lagMs: 60_000, lagCount: 400, counts }));
      expect(viewMap('m', running, book, NOW)).toMatchObject({
        state: 'catching-up',
        lagMs: 60_000,
        lagCount: 400,
      });
    });

    it.each([
      ['a write is under way', { counts: { ...counts, open: 1 } }],
      ['a pair waits', { counts: { ...counts, waiting: 1 } }],
      ['a change is on its way', { counts, lagMs: 12, lagCount: 1 }],
    ])('when %s, then it runs and is not in step', (_, rest) => {
      const book = aBook();
      book.note(aStatus('mapper', rest));
      expect(viewMap('m', running, book, NOW)).toMatchObject({ state: 'running', inStep: false });
    });

    it('when a pair is parked, then it is degraded and says so', () => {
      const book = aBook();
      book.note(aStatus('mapper', { counts: { ...counts, parked: 2 } }));
      expect(viewMap('m', running, book, NOW)).toMatchObject({
        health: 'degraded',
        reason: '2 pairs are parked; see dw errors',
        inStep: true,
      });
    });

    it('when its baseline has only just been read, then what was said of the lag is not believed yet', () => {
      const book = aBook();
      book.note(aStatus('initial-sync', { at: new Date(NOW - 500).toISOString() }));
      expect(viewMap('m', running, book, NOW)).toMatchObject({ state: 'running', inStep: false });
      expect(viewMap('m', running, book, NOW + 2_000).inStep).toBe(true);
    });

    it('when its mapper has died, then the books stay and its health is unknown', () => {
      const view = viewMap('m', running, aBook(), NOW + 60_000);
      expect(view).toMatchObject({ health: 'unknown', inStep: false, counts });
      expect(view.reason).toContain('mapper (no replica is up)');
    });
  });

  it('given a stopped map, when a connector has not confirmed, then it is stopping', () => {
    const stopped: Run = { ...running, desired: 'stopped', runEpoch: 4 };
    expect(viewMap('m', stopped, aBook(), NOW).state).toBe('stopping');
    const book = aBook();
    for (const service of ['mapper', 'fo-connector', 'dataverse-connector']) {
      book.note(aStatus(service, { confirmedRunEpoch: 4 }));
    }
    expect(viewMap('m', stopped, book, NOW).state).toBe('stopped');
  });
});

function aBook(): StatusBook {
  const book = new StatusBook();
  for (const service of ['mapper', 'fo-connector', 'dataverse-connector', 'initial-sync']) {
    const at = new Date(NOW - 3_000).toISOString();
    book.note({ kind: 'service', service, instance: 'a', state: 'up', health: 'healthy', at });
    book.note(aStatus(service, { at, ...(service === 'mapper' ? { counts } : {}) }));
  }
  return book;
}

function aStatus(service: string, rest: Partial<MapStatus>): MapStatus {
  return {
    kind: 'map',
    service,
    instance: 'a',
    map: 'm',
    state: 'running',
    health: 'healthy',
    confirmedRunEpoch: 3,
    lagMs: 0,
    lagCount: 0,
    at: new Date(NOW).toISOString(),
    ...rest,
  };
}
