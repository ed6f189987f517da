import { randomUUID } from 'node:crypto';
import { SIDES, type Backlog, type Companies } from '@dualwrite/events';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { PairRelease } from './http/pair-release';
import { customersRecord, MAP } from './testing/customers-map';
import { MapperHarness, type Replica } from './testing/mapper-harness';
import { account, companyRow, customer, groupRow } from './testing/observations';

jest.setTimeout(90_000);

describe('given a map that was paused while rows changed, when it goes live at once', () => {
  let harness: MapperHarness;
  let replica: Replica;
  const ids = { one: randomUUID(), two: randomUUID() };

  beforeEach(async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
    await harness.observe(companyRow(), groupRow());
    replica = await harness.replica();
    await harness.observe(customer('B-1'), account(ids.one, 'B-1'), customer('B-2'), account(ids.two, 'B-2'));
    await harness.cover('fo', 'dataverse');
    await becomes({ 'usmf/B-1': 'unchanged', 'usmf/B-2': 'unchanged' });
    await harness.publishMap(customersRecord({ desired: 'paused', runEpoch: 2, changedAt: at(2) }));
    await harness.mapStatus(({ state, confirmedRunEpoch }) => state === 'paused' && confirmedRunEpoch === 2);
    await harness.observe(customer('B-1', { CreditLimit: '1' }));
  });
  afterEach(() => harness.close());

  const at = (n: number) => `2026-01-01T00:00:0${n}.000Z`;
  const becomes = (expected: Readonly<Record<string, string>>) =>
    eventually(
      async () => {
        const pairs = await harness.query<{ key: string; verdict: string }>(`select key, verdict from pair`);
        expect(Object.fromEntries(pairs.map(({ key, verdict }) => [key, verdict]))).toEqual(expected);
        return true;
      },
      { deadlineMs: 30_000 },
    );
  const resume = async (mode: Backlog['mode']) => {
    const tables = { fo: 'CustomersV3', dataverse: 'account' };
    const ends: Record<string, string[]> = {};
    for (const side of SIDES) {
      const topic = harness.names.observations(side, tables[side]);
      ends[topic] = (await harness.link.admin.topicOffsets(topic)).map(({ high }) => high);
    }
    const backlog = { mode, ends };
    await harness.publishMap(customersRecord({ runEpoch: 3, changedAt: at(3), backlog }));
    // Changed since: it travels.
    await harness.observe(customer('B-2', { CreditLimit: '2' }));
  };

  it('and holds the backlog, then the row waits with its later changes until a person releases it; others travel', async () => {
    await resume('hold');
    await becomes({ 'usmf/B-1': 'held', 'usmf/B-2': 'written-dataverse' });
    await harness.observe(customer('B-1', { CreditLimit: '3' }));
    await harness.settled(MAP);
    expect(harness.writes.map(({ patch }) => patch)).toEqual([{ creditlimit: '2' }]);
    await harness.mapStatus(({ counts }) => counts?.held === 1);

    const released = await replica.app.get(PairRelease).release(MAP, ['usmf/B-1'], { reason: 'checked' });
    expect(released).toMatchObject([{ pairs: [{ verdict: 'written-dataverse' }] }]);
    await eventually(() => harness.writes.some(({ patch }) => patch['creditlimit'] === '3'));
    expect(harness.journal.filter(({ event }) => event === 'held')).toHaveLength(1);
  });

  it('and discards the backlog, then both sides stay as they are, the journal keeps the value, and later edits travel', async () => {
    await resume('discard');
    await becomes({ 'usmf/B-1': 'unchanged', 'usmf/B-2': 'written-dataverse' });
    await eventually(() => harness.journal.some(({ event }) => event === 'discarded'));
    expect(harness.journal.find(({ event }) => event === 'discarded')).toMatchObject({
      key: 'usmf/B-1',
      fields: [{ fo: '1', dataverse: '1000', lost: 'fo' }],
    });
    await harness.observe(customer('B-1', { CreditLimit: '1', OrganizationName: 'Renamed' }));
    const write = await eventually(() => harness.writes.find(({ patch }) => patch['name'] === 'Renamed'));
    expect(write.patch).toEqual({ name: 'Renamed' });
  });
});

describe('given rows on both sides, when a map is started that skips the initial sync', () => {
  let harness: MapperHarness;
  afterEach(() => harness.close());

  it('then nothing of what is there travels, every difference is told, and an edit travels alone', async () => {
    const skip = { ends: {} };
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord({ skip }),
    );
    await harness.observe(companyRow(), groupRow());
    const replica = await harness.replica();
    const via = { via: 'chunk' } as const;
    await harness.observe(
      { ...customer('S-1', { CreditLimit: '1' }), ...via },
      { ...customer('S-2'), ...via },
      { ...account(randomUUID(), 'S-1'), ...via },
      { ...account(randomUUID(), 'S-3'), ...via },
    );
    await harness.cover('fo', 'dataverse');
    await verdicts({ 'usmf/S-1': 'unchanged', 'usmf/S-2': 'filtered', 'usmf/S-3': 'filtered' });
    await harness.settled(MAP);
    expect(harness.writes).toEqual([]);
    const told = await eventually(() => harness.journal.find(({ event }) => event === 'discarded'));
    expect(told).toMatchObject({ key: 'usmf/S-1', code: 'initial-sync-skipped' });

    // Of the two that were there, and of one that is new: what people do from now on travels, and that alone.
    await harness.observe(
      customer('S-1', { CreditLimit: '1', OrganizationName: 'Renamed' }),
      customer('S-4'),
    );
    await eventually(() => harness.writes.length === 2);
    expect(harness.writes.find(({ kind }) => kind === 'update')?.patch).toEqual({ name: 'Renamed' });
    expect(harness.writes.find(({ kind }) => kind === 'create')?.patch).toMatchObject({
      accountnumber: 'S-4',
    });

    // What was alone gets its partner when a person says so.
    await replica.app.get(PairRelease).release(MAP, ['usmf/S-2'], { reason: 'checked' });
    await eventually(() => harness.writes.some(({ patch }) => patch['accountnumber'] === 'S-2'));
  });

  const verdicts = (expected: Readonly<Record<string, string>>) =>
    eventually(
      async () => {
        const pairs = await harness.query<{ key: string; verdict: string }>(`select key, verdict from pair`);
        expect(Object.fromEntries(pairs.map(({ key, verdict }) => [key, verdict]))).toEqual(expected);
        return true;
      },
      { deadlineMs: 30_000 },
    );
});

describe('given edits that go on, when their map is paused', () => {
  let harness: MapperHarness;
  afterEach(() => harness.close());

  it('then every replica confirms at once, and after that not one write leaves', async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
    await harness.observe(companyRow(), groupRow());
    const instances = ['replica-a', 'replica-b'];
    await Promise.all(instances.map((instance) => harness.replica({ INSTANCE_ID: instance })));
    const numbers = Array.from({ length: 20 }, (_, index) => `E-${10 + index}`);
    await harness.observe(...numbers.map((number) => customer(number)));
    await harness.observe(...numbers.map((number) => account(randomUUID(), number)));
    await harness.cover('fo', 'dataverse');
    await harness.settled(MAP);
    let isOver = false;
    const edits = (async () => {
      for (let n = 1; !isOver; n += 1) {
        await harness.observe(customer(numbers[n % numbers.length] ?? '', { CreditLimit: String(n) }));
      }
    })();
    try {
      await eventually(() => harness.writes.length > 5, { deadlineMs: 30_000 });
      const pausedAt = Date.now();
      await harness.publishMap(
        customersRecord({ desired: 'paused', runEpoch: 2, changedAt: '2026-01-01T00:00:02.000Z' }),
      );
      for (const instance of instances) {
        await harness.mapStatus((status) => status.instance === instance && status.confirmedRunEpoch === 2);
      }
      // Two seconds are promised; a machine that runs many tests at once gets more.
      expect(Date.now() - pausedAt).toBeLessThan(10_000);
      // What was stored before the confirmation is still to be published; nothing is added to it.
      await eventually(async () => (await harness.query(`select 1 from outbox limit 1`)).length === 0);
      const ends = await writeEnds();
      const handled = await harness.link.admin.groupOffsets(harness.names.mapGroup(MAP), observations());
      await eventually(async () => (await observed()) > 50n + sumOf(handled.map(({ offset }) => offset)));
      expect(await writeEnds()).toEqual(ends);
    } finally {
      isOver = true;
      await edits;
    }
  });

  const observations = () => [harness.names.observations('fo', 'CustomersV3')];
  const sumOf = (offsets: readonly (string | null)[]) =>
    offsets.reduce((sum, offset) => sum + BigInt(offset ?? '0'), 0n);
  const observed = async () =>
    sumOf((await harness.link.admin.topicOffsets(observations()[0] ?? '')).map(({ high }) => high));
  const writeEnds = () => harness.link.admin.topicOffsets(harness.names.writes('dataverse', 'account'));
});

describe('given a running map, when a company is removed and added again', () => {
  let harness: MapperHarness;
  afterEach(() => harness.close());

  it('then its rows stand still meanwhile and others do not; back, what changed since travels', async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
    await harness.observe(companyRow(), groupRow());
    await harness.replica();
    await harness.observe(customer('C-1'), account(randomUUID(), 'C-1'));
    await harness.cover('fo', 'dataverse');
    await verdictIs('unchanged');
    const examinedBefore = await updatedAt();
    const changed = (n: number, companies: Companies) =>
      harness.publishMap(customersRecord({ companies, changedAt: `2026-01-01T00:00:0${n}.000Z` }));
    await changed(1, { except: ['frrt'] });
    await harness.mapStatus(({ changedAt }) => changedAt === '2026-01-01T00:00:01.000Z');
    expect(await harness.query(`select 1 from due`)).toEqual([]);
    expect(await updatedAt()).toEqual(examinedBefore);

    await changed(2, { except: ['frrt', 'usmf'] });
    await verdictIs('filtered');
    await harness.observe(customer('C-1', { CreditLimit: '5' }));
    await harness.settled(MAP);
    expect(harness.writes).toEqual([]);

    await changed(3, {});
    await eventually(() => harness.writes.length === 1);
    expect(harness.writes[0]).toMatchObject({ kind: 'update', runEpoch: 1, patch: { creditlimit: '5' } });
  });

  const verdictIs = (verdict: string) =>
    eventually(async () => {
      expect(await harness.query(`select verdict from pair`)).toEqual([{ verdict }]);
      return true;
    });
  const updatedAt = () => harness.query(`select updated_at from pair`);
});
