import { randomUUID } from 'node:crypto';
import { decodeMessage, encodeMessage, type RequestStatus } from '@dualwrite/events';
import { eventually, testBroker, testDatabase } from '@dualwrite/testing';
import { customersRecord, MAP } from '../testing/customers-map';
import { MapperHarness, type Replica } from '../testing/mapper-harness';
import { account, companyRow, customer, groupRow } from '../testing/observations';
import { Replays, type NewReplay } from './replays';
import { Retries } from './retries';

jest.setTimeout(90_000);

/** What a replay mends is made by hand: an edit that the database has taken in and nobody has planned. */
describe('given a map in step, of whose pairs one is not as the database thinks', () => {
  let harness: MapperHarness;
  let replica: Replica;
  const ids = { one: randomUUID(), two: randomUUID(), three: randomUUID() };

  beforeEach(async () => {
    harness = await MapperHarness.start(
      { broker: testBroker(), database: testDatabase(), eventually },
      customersRecord(),
    );
    await harness.observe(companyRow(), groupRow());
    replica = await harness.replica();
    await harness.observe(customer('R-1'), account(ids.one, 'R-1'));
    await harness.observe(customer('R-2'), account(ids.two, 'R-2'));
    await harness.cover('fo', 'dataverse');
    await harness.settled(MAP);
    // As if the last edit of R-2 in F&O had been taken in and never planned.
    await harness.query(
      `update pair set state = jsonb_set(regexp_replace(state, '"Customer R-2"', '"Edited R-2"')::jsonb, '{bx}',
         '{"OrganizationName=name": ["Customer R-2", "Customer R-2"]}')::text where key = 'usmf/R-2'`,
    );
  });
  afterEach(() => harness.close());

  const replay = async (more: Partial<NewReplay>) => {
    const made = await replica.app
      .get(Replays)
      .create({ map: MAP, preview: false, read: false, ratePerSecond: 100, ...more });
    if (made === undefined || typeof made === 'string') throw new Error(`no replay: ${String(made)}`);
    return eventually(
      async () => {
        const found = await replica.app.get(Retries).find(made.id);
        return found?.state === 'running' ? undefined : found;
      },
      { deadlineMs: 40_000 },
    );
  };

  it('when it is replayed since a time, then a preview says how many differ, and the run mends those and nothing else', async () => {
    const previewed = await replay({ fromMs: Date.now() - 3_600_000, preview: true });
    expect(previewed).toMatchObject({
      state: 'done',
      total: 2,
      done: 2,
      outcomes: { unchanged: 1, differs: 1 },
    });
    expect(harness.writes).toEqual([]);
    expect(await replay({ fromMs: Date.now() + 3_600_000 })).toMatchObject({ state: 'done', total: 0 });

    const done = await replay({ fromMs: 0 });
    expect(done).toMatchObject({ state: 'done', total: 2, done: 2 });
    await eventually(() => harness.writes.length === 1);
    expect(harness.writes[0]).toMatchObject({ kind: 'update', patch: { name: 'Edited R-2' } });
  });

  it('when it is replayed from an offset, then only the rows behind it are examined; a place that there is not is refused', async () => {
    const topic = harness.names.observations('dataverse', 'account');
    const offsets: Record<string, string> = {};
    for (const { partition, high } of await harness.link.admin.topicOffsets(topic)) {
      offsets[`${topic}/${partition}`] = high;
    }
    await harness.observe(account(ids.three, 'R-3'));
    await harness.settled(MAP);
    expect(await replay({ offsets })).toMatchObject({ state: 'done', total: 1, done: 1 });
    const wrong = await replica.app
      .get(Replays)
      .create({ map: MAP, preview: false, read: false, ratePerSecond: 1, offsets: { 'nowhere/0': '0' } });
    expect(wrong).toMatch(/has no nowhere\/0/);
  });

  it('when the database has forgotten a row whole, then the replay takes it in from the topic', async () => {
    await harness.query(
      `delete from pair_row where pair_id = (select pair_id from pair where key = 'usmf/R-1')`,
    );
    await harness.query(`delete from pair where key = 'usmf/R-1'`);
    expect(await replay({ fromMs: 0, preview: true })).toMatchObject({ progress: { unknown: 2 } });
    await replay({ fromMs: 0 });
    expect(await harness.query(`select key, verdict from pair where key = 'usmf/R-1'`)).toEqual([
      { key: 'usmf/R-1', verdict: 'unchanged' },
    ]);
  });

  it('when rows are named and read afresh, then both sides are asked first, and the examination waits for their answers', async () => {
    const answered: string[] = [];
    const connectors = harness.link.groupConsumer(
      {
        group: `${harness.names.prefix}.fake-connectors`,
        topics: [harness.names.requests('fo'), harness.names.requests('dataverse')],
      },
      async ({ records }) => {
        for (const record of records) {
          const { message } = decodeMessage(record, 'request');
          if (message.kind !== 'read-rows') continue;
          answered.push(`${message.side} ${message.nativeIds.join()}`);
          const status: RequestStatus = {
            ...{
              kind: 'request',
              id: message.id,
              side: message.side,
              table: message.table,
              company: '*',
              runId: null,
            },
            ...{ outcome: 'done', rowCount: 1, nextCursor: null, epoch: 1, at: new Date().toISOString() },
          };
          await harness.publish(
            harness.names.status,
            `request/${message.id}`,
            encodeMessage('status', status),
          );
        }
      },
    );
    await connectors.start();
    try {
      expect(await replay({ rows: ['USMF/r-2'], read: true })).toMatchObject({
        state: 'done',
        total: 1,
        done: 1,
      });
      expect(answered.sort()).toEqual([`dataverse ${ids.two}`, 'fo usmf|R-2']);
      await eventually(() => harness.writes.length === 1);
    } finally {
      await connectors.stop();
    }
  });
});
