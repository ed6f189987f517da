import type { JournalEntry } from '@dualwrite/events';
import { testDatabase, type TestDatabase } from '@dualwrite/testing';
import { configureLog } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import { openAlertingDatabase } from '../database';
import { anEntry } from '../testing/an-entry';
import { ErrorGroups } from './error-groups';
import { dropOldDays } from './journal-keeper';
import { JournalReader } from './journal-reader';
import { JournalTail } from './journal-tail';
import { JournalWriter } from './journal-writer';
import { readCursor } from './read-query';

const ACCOUNT = '5f0c7f0e-3a75-4c8e-9d2b-0a1f4f0f7a11';
const DAY_MS = 86_400_000;
const NOON = Date.parse('2026-11-23T12:00:00.000Z');

describe('the journal on Postgres', () => {
  let place: TestDatabase;
  let database: DataSource;
  let writer: JournalWriter;
  let reader: JournalReader;
  beforeAll(() => configureLog({ level: 'warn' }));
  beforeEach(async () => {
    place = testDatabase();
    database = await openAlertingDatabase(place.url, place.schema);
    writer = new JournalWriter(database, { isCompanyScoped: (map) => map === 'm' });
    reader = new JournalReader(database, 'https://traces.example/{traceId}');
  });
  afterEach(async () => {
    await database.destroy();
    await place.drop();
  });

  it('given 2,000 entries, when they are delivered twice, also as other records, then each counts once', async () => {
    const entries = Array.from({ length: 2_000 }, (_, index) =>
      anEntry({
        id: `e${index}`,
        event: index % 4 === 0 ? 'rejected' : 'applied',
        severity: index % 4 === 0 ? 'error' : 'info',
      }),
    );
    expect(await append(entries)).toBe(2_000);
    expect(await append(entries)).toBe(0);
    expect(await append(entries, NOON + 60_000)).toBe(0);
    expect(await append([...entries.slice(0, 2), anEntry({ id: 'new' }), anEntry({ id: 'new' })])).toBe(1);
    expect(await reader.counts()).toEqual([
      { map: 'm', event: 'applied', severity: 'info', count: 1_500 },
      { map: 'm', event: 'planned', severity: 'info', count: 1 },
      { map: 'm', event: 'rejected', severity: 'error', count: 500 },
    ]);
    const [tally]: { sum: string }[] = await database.query(`SELECT sum(entry_count) FROM tally`);
    expect(tally?.sum).toBe('2001');
  });

  describe('given the entries of one pair on both sides', () => {
    beforeEach(async () => {
      await append([
        anEntry({ id: '3', event: 'agreed', at: at(3), key: 'usmf/US-001', pairId: 'p1' }),
        anEntry({ id: '1', event: 'planned', at: at(1), key: 'usmf/US-001', pairId: 'p1', traceId: 'f00' }),
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
      const story = await reader.story(name, 100);
      expect(story.map((step) => step.what)).toEqual(['observed', 'planned', 'applied', 'agreed', 'parked']);
    });

    it('when fewer are wanted, then the newest come', async () => {
      expect((await reader.story('p1', 2)).map((step) => step.what)).toEqual(['agreed', 'parked']);
    });

    it('when nobody knows the name, then there is nothing', async () => {
      expect(await reader.story('nobody', 100)).toEqual([]);
    });

    it('when entries of connectors are searched by key or company, then they have those of their pair', async () => {
      // Another replica, which has not seen the pair named.
      await new JournalWriter(database).append([
        { entry: anEntry({ id: '5', event: 'rejected', at: at(5), pairId: 'p1' }), loggedAtMs: NOON },
      ]);
      for (const filter of [{ key: 'us-001' }, { company: 'USMF', key: 'usmf/us-001' }]) {
        const { entries } = await reader.search(filter, { limit: 50, after: null });
        expect(entries.map(({ what }) => what)).toEqual([
          'rejected',
          'parked',
          'agreed',
          'applied',
          'planned',
        ]);
      }
    });

    it('when a change is searched by its trace, then it comes with the link to it', async () => {
      const { entries } = await reader.search({ trace: 'F00' }, { limit: 50, after: null });
      expect(entries).toMatchObject([{ what: 'planned', traceUrl: 'https://traces.example/f00' }]);
    });
  });

  it.each([
    [{ map: 'other' }, ['other']],
    [{ severity: 'error' as const }, ['refused', 'other']],
    [{ code: 'c1' }, ['refused']],
    [{ service: 'fo-connector' }, ['fo']],
    [{ side: 'fo' as const }, ['fo']],
    [{ event: 'agreed' }, ['late']],
    [{ since: '2026-11-23T08:00:03Z' }, ['late']],
    [{ until: '2026-11-23T08:00:01Z', since: '2026-11-23T08:00:00Z' }, ['other']],
  ])('given entries of all kinds, when they are searched by %j, then %j come', async (filter, ids) => {
    await append([
      anEntry({ id: 'other', map: 'other', severity: 'error', at: at(0) }),
      anEntry({ id: 'refused', severity: 'error', code: 'c1', event: 'rejected', at: at(1) }),
      anEntry({ id: 'fo', service: 'fo-connector', side: 'fo', at: at(2) }),
      anEntry({ id: 'late', event: 'agreed', at: at(4) }),
    ]);
    const found = await reader.search(filter, { limit: 50, after: null });
    const texts: { id: string }[] = await database.query(
      `SELECT id FROM journal WHERE seq = ANY($1::bigint[]) ORDER BY at DESC`,
      [found.entries.map(({ seq }) => seq)],
    );
    expect(texts.map(({ id }) => id)).toEqual(ids);
  });

  it('given 5 entries of one moment, when they are paged, then each comes once, newest first', async () => {
    for (let index = 0; index < 5; index += 1) {
      await append([anEntry({ id: `e${index}`, severity: 'error', text: `no ${index}` })]);
    }
    await append([anEntry({ id: 'other', severity: 'error', map: 'other' }), anEntry({ id: 'fine' })]);
    const filter = { map: 'm', severity: 'error' as const };
    const first = await reader.search(filter, { limit: 3, after: null });
    const second = await reader.search(filter, { limit: 3, after: readCursor(first.nextCursor) });
    expect([...first.entries, ...second.entries].map((error) => error.text)).toEqual([
      'no 4',
      'no 3',
      'no 2',
      'no 1',
      'no 0',
    ]);
    expect(second.nextCursor).toBeNull();
  });

  it('given refusals of many rows, then they are one group with its rows counted, and it opens again after it was mended', async () => {
    const groups = new ErrorGroups(database);
    const refusal = (row: string): JournalEntry =>
      anEntry({
        id: row,
        severity: 'error',
        event: 'rejected',
        code: '0x1',
        text: `'${row}' is taken`,
        pairId: row,
      });
    await append(['p1', 'p2', 'p3'].map(refusal));
    const [group] = await groups.list({ limit: 10 });
    expect(group).toMatchObject({ map: 'm', code: '0x1', count: 3, state: 'open', text: "'p3' is taken" });
    const name = group?.fingerprint ?? '';
    expect(await groups.setState(name, { state: 'resolved', reason: 'mended in F&O' })).toBe(true);
    expect(await groups.list({ limit: 10 })).toEqual([]);
    await append([refusal('p4')]);
    expect(await groups.get(name)).toMatchObject({ count: 4, rowCount: 4, state: 'regressed' });
    expect(await groups.setState('nobody', { state: 'ignored', reason: null })).toBe(false);
    const found = await reader.search({ group: name }, { limit: 2, after: null });
    expect(found.entries.map(({ fingerprint }) => fingerprint)).toEqual([name, name]);
  });

  it('given text with a NUL character, when it is stored, then it is kept readable', async () => {
    await append([anEntry({ id: 'nul', key: 'k', text: 'a\u0000b \\u0000' })]);
    expect((await reader.story('k', 1))[0]?.text).toBe('a\ufffdb \\u0000');
  });

  it('given days that are too old, when the journal is cleaned, then they are gone whole, the journal says so, the counts stay', async () => {
    await append([anEntry({ id: 'old' })], NOON - 91 * DAY_MS);
    await append([anEntry({ id: 'kept' })], NOON - 90 * DAY_MS);
    const cleaning = { nowMs: NOON, keptDays: 90 };
    expect(await dropOldDays(writer, cleaning)).toEqual(['2026-08-24']);
    expect(await dropOldDays(writer, cleaning)).toEqual([]);
    expect(await reader.counts()).toMatchObject([{ event: 'entries-dropped', count: 1 }, { count: 2 }]);
    const { entries } = await reader.search({ event: 'entries-dropped' }, { limit: 5, after: null });
    expect(entries[0]?.text).toBe('Entries of 2026-08-24 are gone: JOURNAL_KEPT_DAYS is 90.');
    // An old record that is read again by a replica that believes that its day is there.
    expect(await append([anEntry({ id: 'old' })], NOON - 91 * DAY_MS)).toBe(1);
  });

  it('given a follower, when entries are stored by two replicas at once, then it sees each once, in their order', async () => {
    const tail = new JournalTail(reader);
    const other = new JournalWriter(database);
    const seen: string[] = [];
    await append([anEntry({ id: 'before' })]);
    const end = new AbortController();
    const following = (async () => {
      for await (const steps of tail.follow({ map: 'm' }, { after: 0n, signal: end.signal })) {
        seen.push(...steps.map(({ code }) => code ?? 'before'));
        if (seen.length >= 201) return;
      }
    })();
    for (let batch = 0; batch < 20; batch += 1) {
      const ten = Array.from({ length: 10 }, (_, index) =>
        anEntry({ id: `${batch}/${index}`, code: `${batch}/${index}` }),
      );
      await Promise.all([
        append(ten.slice(0, 5)),
        other.append(ten.slice(5).map((entry) => ({ entry, loggedAtMs: NOON }))),
        append([anEntry({ id: `other ${batch}`, map: 'other' })]),
      ]);
    }
    await following;
    end.abort();
    expect(new Set(seen).size).toBe(201);
    expect(seen).toHaveLength(201);
  });

  function append(entries: readonly JournalEntry[], loggedAtMs = NOON): Promise<number> {
    return writer.append(entries.map((entry) => ({ entry, loggedAtMs })));
  }
});

function at(second: number): string {
  return `2026-11-23T08:00:0${second}.000Z`;
}
