import { randomUUID } from 'node:crypto';
import type { JournalEntry } from '@dualwrite/events';
import { configureLog } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import { openAlertingDatabase } from './database';
import { JournalStore } from './journal-store';

const ACCOUNT = '5f0c7f0e-3a75-4c8e-9d2b-0a1f4f0f7a11';

describe('JournalStore on Postgres', () => {
  let database: DataSource;
  let store: JournalStore;
  beforeAll(() => configureLog({ level: 'warn' }));
  beforeEach(async () => {
    database = await openAlertingDatabase(
      process.env['DATABASE_URL'] ?? '',
      `alerting_${randomUUID().slice(0, 8)}`,
    );
    store = new JournalStore(database);
  });
  afterEach(() => database.destroy());

  it('given 2,000 entries, when they are delivered twice, then each counts once', async () => {
    const entries = Array.from({ length: 2_000 }, (_, index) =>
      anEntry({
        id: `e${index}`,
        event: index % 4 === 0 ? 'rejected' : 'applied',
        severity: index % 4 === 0 ? 'error' : 'info',
      }),
    );
    expect(await store.append(entries)).toBe(2_000);
    expect(await store.append(entries)).toBe(0);
    expect(await store.counts()).toEqual([
      { map: 'm', event: 'applied', severity: 'info', count: 1_500 },
      { map: 'm', event: 'rejected', severity: 'error', count: 500 },
    ]);
  });

  describe('given the entries of one pair on both sides', () => {
    beforeEach(async () => {
      await store.append([
        anEntry({ id: '3', event: 'agreed', at: at(3), key: 'usmf/US-001', pairId: 'p1' }),
        anEntry({ id: '1', event: 'planned', at: at(1), key: 'usmf/US-001', pairId: 'p1' }),
        anEntry({
          id: '2',
          event: 'applied',
          at: at(2),
          pairId: 'p1',
          side: 'dataverse',
          table: 'account',
          nativeId: ACCOUNT,
          rowId: ACCOUNT,
        }),
        anEntry({
          id: '0',
          event: 'observed',
          at: at(0),
          pairId: null,
          side: 'fo',
          table: 'CustomersV3',
          nativeId: 'usmf|US-001',
          map: null,
        }),
        anEntry({
          id: '4',
          event: 'parked',
          at: at(4),
          pairId: 'p1',
          side: 'fo',
          table: 'CustomersV3',
          nativeId: 'usmf|US-001',
        }),
        anEntry({ id: 'x', event: 'planned', at: at(1), key: 'usmf/US-002', pairId: 'p2' }),
      ]);
    });

    it.each([
      'usmf/US-001',
      'USMF/us-001',
      'US-001',
      'us-001',
      'usmf|US-001',
      ACCOUNT,
      ACCOUNT.toUpperCase(),
      'p1',
    ])('when it is asked for as %s, then its whole story comes, oldest first', async (name) => {
      const story = await store.story(name, 100);
      expect(story.map((step) => step.what)).toEqual(['observed', 'planned', 'applied', 'agreed', 'parked']);
    });

    it('when fewer are wanted, then the newest come', async () => {
      expect((await store.story('p1', 2)).map((step) => step.what)).toEqual(['agreed', 'parked']);
    });

    it('when nobody knows the name, then there is nothing', async () => {
      expect(await store.story('nobody', 100)).toEqual([]);
    });
  });

  it('given 5 errors, when they are paged, then each comes once, newest first', async () => {
    for (let index = 0; index < 5; index += 1) {
      await store.append([anEntry({ id: `e${index}`, severity: 'error', text: `no ${index}` })]);
    }
    await store.append([anEntry({ id: 'other', severity: 'error', map: 'other' }), anEntry({ id: 'fine' })]);
    const first = await store.errors({ map: 'm', before: null, limit: 3 });
    const second = await store.errors({ map: 'm', before: BigInt(first.nextCursor ?? '0'), limit: 3 });
    expect([...first.errors, ...second.errors].map((error) => error.text)).toEqual([
      'no 4',
      'no 3',
      'no 2',
      'no 1',
      'no 0',
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('given text with a NUL character, when it is stored, then it is kept readable', async () => {
    await store.append([anEntry({ id: 'nul', key: 'k', text: 'a\u0000b \\u0000' })]);
    expect((await store.story('k', 1))[0]?.text).toBe('a\ufffdb \\u0000');
  });

  it('given old entries, when they are cleared, then the counts stay', async () => {
    await store.append([
      anEntry({ id: 'old', at: '2020-01-01T00:00:00.000Z' }),
      anEntry({ id: 'new', at: new Date().toISOString() }),
    ]);
    expect(await store.deleteOlderThan(90, 10)).toBe(1);
    expect(await store.counts()).toMatchObject([{ count: 2 }]);
  });
});

function at(second: number): string {
  return `2026-11-23T08:00:0${second}.000Z`;
}

function anEntry(entry: Partial<JournalEntry>): JournalEntry {
  return {
    id: 'e',
    at: '2026-11-23T08:00:00.000Z',
    service: 'mapper',
    event: 'planned',
    severity: 'info',
    map: 'm',
    mapVersion: 1,
    pairId: null,
    side: null,
    table: null,
    nativeId: null,
    rowId: null,
    key: null,
    intent: null,
    code: null,
    text: null,
    fields: [],
    traceId: null,
    ...entry,
  };
}
