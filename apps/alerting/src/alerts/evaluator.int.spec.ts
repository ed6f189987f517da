import { testDatabase, type TestDatabase } from '@dualwrite/testing';
import { configureLog } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import { ObjectStore } from '../config/object-store';
import { openAlertingDatabase } from '../database';
import type { ChannelSender } from '../deliveries/channel-sender';
import { claimDue, endAttempt, listDeliveries } from '../deliveries/delivery-store';
import { JournalReader } from '../journal/journal-reader';
import { JournalWriter } from '../journal/journal-writer';
import { MapsOfAlerting } from '../known-maps';
import { StatusBook } from '../status/status-book';
import { anEntry } from '../testing/an-entry';
import { listAlerts } from './alert-store';
import { AlertsService } from './alerts.service';
import { Evaluator } from './evaluator';
import { samplesWithin } from './fact-store';
import { forgetOldAlerts } from './forget-old-alerts';

describe('evaluator on Postgres', () => {
  let place: TestDatabase;
  let database: DataSource;
  let journal: JournalWriter;
  let objects: ObjectStore;
  const book = new StatusBook();
  const maps = new MapsOfAlerting({
    find: () => undefined,
    maps: () => [
      {
        ...{ name: 'm', version: 1, definition: {}, desired: 'paused', runEpoch: 1, baseline: 1 },
        changedAt: '2026-11-23T08:00:00.000Z',
      },
    ],
  });
  const replica = (): Evaluator => new Evaluator({ database, objects, journal, maps, book });
  beforeAll(() => configureLog({ level: 'silent' }));
  beforeEach(async () => {
    place = testDatabase();
    database = await openAlertingDatabase(place.url, place.schema);
    journal = new JournalWriter(database);
    objects = new ObjectStore(database, journal);
    await objects.put(
      { kind: 'channels', name: 'mail', spec: { kind: 'email', to: ['a@b.example'] } },
      'test',
    );
    const subscription = { owner: 'ana', channels: ['mail', 'mail'], groupWait: '0s' };
    await objects.put({ kind: 'subscriptions', name: 'ana', spec: subscription }, 'test');
    const when = { kind: 'entries', events: ['rejected'], atLeast: 5, within: '10m' };
    await objects.put({ kind: 'rules', name: 'refused', spec: { when } }, 'test');
  });
  afterEach(async () => {
    await database.destroy();
    await place.drop();
  });

  async function refuse(count: number): Promise<void> {
    const loggedAtMs = Date.now();
    await journal.append(
      Array.from({ length: count }, (_, index) => ({
        entry: anEntry({ id: `${loggedAtMs}/${index}`, event: 'rejected', severity: 'error' }),
        loggedAtMs,
      })),
    );
  }

  it('given two replicas that look at once, again and again, then there is one alert, one message, one entry', async () => {
    await refuse(5);
    for (let look = 0; look < 3; look += 1) {
      await Promise.all([replica().look(Date.now()), replica().look(Date.now())]);
    }
    expect(await listAlerts(database, { all: true, limit: 10 })).toMatchObject([
      { rule: 'refused', map: 'm', state: 'firing', told: [{ subscription: 'ana', told: 'fired' }] },
    ]);
    expect(await listDeliveries(database, 10)).toHaveLength(1);
    const { entries } = await new JournalReader(database).search(
      { event: 'alert-fired' },
      { limit: 5, after: null },
    );
    expect(entries).toMatchObject([
      { map: 'm', code: 'refused', text: 'refused: map m: 5 entries within 10 min (limit 5)' },
    ]);
  });

  it('given a message that a replica took and was killed with, then another one takes it after the claim, and not before', async () => {
    await refuse(5);
    await replica().look(Date.now());
    const [taken] = await claimDue(database, { claimMs: 60_000, limit: 10 });
    expect(taken).toMatchObject({ channel: 'mail', attempts: 1 });
    expect(await claimDue(database, { claimMs: 60_000, limit: 10 })).toEqual([]);
    await database.query(`UPDATE delivery SET claimed_until = now() - interval '1 ms'`);
    expect(await claimDue(database, { claimMs: 60_000, limit: 10 })).toMatchObject([
      { id: taken?.id, attempts: 2 },
    ]);
    await endAttempt(database, taken?.id ?? '', { state: 'queued', answer: '503', retryAfterMs: 60_000 });
    expect(await claimDue(database, { claimMs: 60_000, limit: 10 })).toEqual([]);
    await endAttempt(database, taken?.id ?? '', { state: 'sent', answer: '250' });
    expect(await listDeliveries(database, 10)).toMatchObject([{ state: 'sent', answer: '250', attempts: 2 }]);
  });

  it('given a rule that is changed, then it counts at the next look; the same again is no change', async () => {
    await refuse(3);
    await replica().look(Date.now());
    expect(await listAlerts(database, { all: true, limit: 10 })).toEqual([]);
    const when = { kind: 'entries', events: ['rejected'], atLeast: 3, within: '10m' };
    const changed = { kind: 'rules' as const, name: 'refused', spec: { when } };
    expect((await objects.put(changed, 'test')).action).toBe('updated');
    expect((await objects.put(changed, 'test')).action).toBe('unchanged');
    await replica().look(Date.now());
    expect(await listAlerts(database, { all: true, limit: 10 })).toHaveLength(1);
  });

  it('given rows that a verify found to differ, then a rule on them holds until a verify finds none', async () => {
    await objects.put(
      { kind: 'rules', name: 'differ', spec: { when: { kind: 'differences', atLeast: 1 } } },
      'test',
    );
    const service = new AlertsService(database, objects, {} as ChannelSender, maps);
    await service.noteDifferences([{ map: 'm', count: 41 }]);
    await replica().look(Date.now());
    await replica().look(Date.now());
    expect(await listAlerts(database, { all: false, limit: 10 })).toMatchObject([
      { rule: 'differ', map: 'm', value: 41 },
    ]);
    await service.noteDifferences([{ map: 'm', count: 0 }]);
    await replica().look(Date.now());
    expect(await listAlerts(database, { all: false, limit: 10 })).toEqual([]);
  });

  it('given facts, then their changes are kept for back-tests, and what is too old is forgotten but for the last', async () => {
    await replica().look(Date.now());
    await replica().look(Date.now());
    const span = { fromMs: Date.now() - 3_600_000, toMs: Date.now() + 1_000 };
    expect(await samplesWithin(database, ['paused-since-ms'], span)).toMatchObject([
      { fact: 'paused-since-ms', subject: { map: 'm' }, value: Date.parse('2026-11-23T08:00:00.000Z') },
    ]);
    await forgetOldAlerts(database, { nowMs: Date.now() + 100 * 86_400_000, keptDays: 90 });
    expect(await samplesWithin(database, ['paused-since-ms'], span)).toHaveLength(1);
  });
});
