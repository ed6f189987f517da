import { Cleanups, eventually, testDatabase, type TestDatabase } from '@dualwrite/testing';
import { configureLog, DependencyRefused, DependencyUnavailable } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import { inTransaction } from './in-transaction';
import { openDatabase } from './open-database';
import { appendOutbox, OUTBOX_VALUE_BYTES_MAX, outboxMigration, type OutboxRecord } from './outbox';
import { OutboxPublisher, type OutboxSink } from './outbox-publisher';

const cleanups = new Cleanups();
let database: TestDatabase;

beforeAll(() => configureLog({ level: 'silent' }));
beforeEach(() => {
  database = testDatabase();
  cleanups.add(() => database.drop());
});
afterEach(() => cleanups.run());

describe('outbox', () => {
  it('given records of a committed transaction, then they are published as they were, in order, and removed', async () => {
    const ds = await open();
    const sink = new Memory();
    startPublisher(ds, sink);
    const records: OutboxRecord[] = [
      {
        topic: 't',
        key: 'a',
        value: Buffer.from([0, 255, 10, 92]),
        headers: { contract: 'write', odd: 'é"\\{},' },
      },
      { topic: 't', key: null, value: null, partition: 2 },
      { topic: 'u', key: 'k"\\,{}', value: Buffer.from('{"a":1}') },
    ];
    await inTransaction(ds, (runner) => appendOutbox(runner, records));
    await eventually(() => sink.records.length === 3, { until: 'all are published' });
    expect(sink.records).toEqual(records.map((record) => ({ headers: {}, ...record })));
    await eventually(async () => (await waitingCount(ds)) === 0, { until: 'the outbox is empty' });
  });

  it('given a transaction that fails, then nothing of it is published', async () => {
    const ds = await open();
    const sink = new Memory();
    startPublisher(ds, sink);
    const failing = inTransaction(ds, async (runner) => {
      await appendOutbox(runner, [aRecord('lost')]);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await inTransaction(ds, (runner) => appendOutbox(runner, [aRecord('kept')]));
    await eventually(() => sink.texts.length > 0);
    expect(sink.texts).toEqual(['kept']);
  });

  it('given a value that Kafka would refuse, then the transaction refuses it', async () => {
    const ds = await open();
    const tooLarge = { topic: 't', key: 'k', value: Buffer.alloc(OUTBOX_VALUE_BYTES_MAX + 1) };
    await expect(inTransaction(ds, (runner) => appendOutbox(runner, [tooLarge]))).rejects.toMatchObject({
      code: 'invariant-broken',
    });
  });

  it('given a sink that fails for a while, then order holds and nothing is lost', async () => {
    const ds = await open();
    const sink = new Memory();
    sink.failures = 2;
    startPublisher(ds, sink);
    for (const text of ['1', '2', '3'])
      await inTransaction(ds, (runner) => appendOutbox(runner, [aRecord(text)]));
    await eventually(async () => (await waitingCount(ds)) === 0, { until: 'the outbox is empty' });
    expect([...new Set(sink.texts)]).toEqual(['1', '2', '3']);
  });

  it('given a record that Kafka refuses for good, then it stays and the process is told', async () => {
    const ds = await open();
    const onFatal = jest.fn();
    const sink: OutboxSink = { publish: () => Promise.reject(new DependencyRefused('missing topic')) };
    const publisher = new OutboxPublisher(ds, sink, { onFatal });
    cleanups.add(() => publisher.stop());
    publisher.start();
    await inTransaction(ds, (runner) => appendOutbox(runner, [aRecord('x')]));
    await eventually(() => onFatal.mock.calls.length > 0);
    expect(await waitingCount(ds)).toBe(1);
  });

  it('given two replicas, then one publishes for both, at once; when its session is killed, the other goes on in order', async () => {
    const [one, two] = [await open(), await open()];
    const sink = new Memory();
    const first = startPublisher(one, sink);
    await eventually(() => first.isPublishing, { until: 'the first holds the lock' });
    const second = startPublisher(two, sink);

    let n = 0;
    const writeBoth = async (count: number) => {
      for (let i = 0; i < count; i += 1) {
        for (const ds of [one, two]) {
          await inTransaction(ds, (runner) => appendOutbox(runner, [aRecord(String(++n))]));
        }
      }
    };
    await writeBoth(50);
    await eventually(() => sink.texts.length === 100, { until: 'both replicas’ records are out' });
    expect(second.isPublishing).toBe(false);

    const writing = writeBoth(100);
    await endSessionOf(two, `dualwrite ${database.schema} outbox`, true);
    await writing;
    await eventually(async () => (await waitingCount(two)) === 0, { until: 'the outbox is empty' });
    const firstSeen = [...new Set(sink.texts)].map(Number);
    expect(firstSeen).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
  });

  it('given another replica that holds the lock, when this one commits, then NOTIFY wakes the holder long before its poll', async () => {
    const [one, two] = [await open(), await open()];
    const sink = new Memory();
    const first = startPublisher(one, sink, 60_000);
    await eventually(() => first.isPublishing);
    startPublisher(two, sink, 60_000);
    await inTransaction(two, (runner) => appendOutbox(runner, [aRecord('x')]));
    await eventually(() => sink.texts.length === 1, { deadlineMs: 5_000, until: 'the holder was woken' });
  });

  it('given a stop, then what was committed before is published first', async () => {
    const ds = await open();
    const sink = new Memory();
    const publisher = startPublisher(ds, sink);
    await eventually(() => publisher.isPublishing);
    await inTransaction(ds, (runner) =>
      appendOutbox(
        runner,
        Array.from({ length: 1_200 }, (_, i) => aRecord(String(i))),
      ),
    );
    await publisher.stop();
    expect(sink.texts).toHaveLength(1_200);
  });
});

class Memory implements OutboxSink {
  readonly records: OutboxRecord[] = [];
  failures = 0;

  get texts(): string[] {
    return this.records.map(({ value }) => value?.toString() ?? '');
  }

  async publish(records: readonly OutboxRecord[]): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.records.push(...records);
    if (this.failures-- > 0) throw new DependencyUnavailable('Kafka is away');
  }
}

async function open(): Promise<DataSource> {
  const ds = await openDatabase({
    url: database.url,
    schema: database.schema,
    migrations: [outboxMigration],
  });
  cleanups.add(() => ds.destroy());
  return ds;
}

function startPublisher(ds: DataSource, sink: OutboxSink, pollMs = 500): OutboxPublisher {
  const publisher = new OutboxPublisher(ds, sink, { pollMs, takeoverGraceMs: 100 });
  cleanups.add(() => publisher.stop());
  publisher.start();
  return publisher;
}

function aRecord(text: string): OutboxRecord {
  return { topic: 't', key: 'k', value: Buffer.from(text) };
}

async function waitingCount(ds: DataSource): Promise<number> {
  const rows = await ds.query<{ count: string }[]>('SELECT count(*) FROM outbox');
  return Number(rows[0]?.count);
}

/** Ends the session that holds the advisory lock, as a killed process would. */
async function endSessionOf(ds: DataSource, applicationName: string, isHolder: boolean): Promise<void> {
  await ds.query(
    `SELECT pg_terminate_backend(a.pid) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
     WHERE a.application_name = $1 AND l.locktype = 'advisory' AND l.granted = $2`,
    [applicationName, isHolder],
  );
}
