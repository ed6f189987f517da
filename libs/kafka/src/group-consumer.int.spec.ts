import { Kafka, logLevel, type Admin } from 'kafkajs';
import { Cleanups, eventually, testBroker, type TestBroker } from '@dualwrite/testing';
import {
  configureLog,
  DependencyUnavailable,
  InvariantBroken,
  SideUnavailable,
  type PipelineError,
} from '@dualwrite/telemetry';
import type { BatchHandler, GroupConsumer } from './group-consumer';
import type { GroupOptions } from './group-options';
import { KafkaLink } from './kafka-link';
import { StaleBatch, type RecordBatch } from './records';

const cleanups = new Cleanups();
let broker: TestBroker;
let group: string;
let topic: string;
let crashes: PipelineError[];

beforeAll(() => configureLog({ level: 'silent' }));

beforeEach(() => {
  broker = testBroker();
  group = `${broker.prefix}.group`;
  topic = `${broker.prefix}.topic`;
  crashes = [];
});

afterEach(() => cleanups.run());

describe('GroupConsumer', () => {
  it('given records, when the handler resolves, then they come in order per key and the offsets are committed', async () => {
    const link = await aLink({ partitions: 3 });
    const seen: string[] = [];
    await aReplica(link, {}, async (batch) => void seen.push(...texts(batch)));
    await publish(
      link,
      numbered(1, 300, (n) => `key-${n % 7}`),
    );
    await eventually(() => seen.length === 300, { until: 'all records have come' });
    for (let key = 0; key < 7; key += 1) {
      const ofKey = seen.map(Number).filter((n) => n % 7 === key);
      expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
    }
    await eventually(async () => (await lagCount(link)) === 0, { until: 'all is committed' });
  });

  it('given a handler that published and crashed before its commit, when another replica takes over, then nothing is lost', async () => {
    const link = await aLink({ partitions: 1 });
    await link.ensureTopics([{ name: `${topic}.out`, partitions: 1 }]);
    await publish(link, numbered(1, 10));
    const other = await anotherLink();
    const first = await aReplica(other, {}, async (batch) => {
      await other
        .producer()
        .publish(batch.records.map(({ key, value }) => ({ topic: `${topic}.out`, key, value })));
      throw new InvariantBroken('crash between publish and commit');
    });
    await eventually(() => crashes.length > 0, { until: 'the replica has crashed' });
    await first.stop();

    await aReplica(link, {}, async (batch) => {
      await link
        .producer()
        .publish(batch.records.map(({ key, value }) => ({ topic: `${topic}.out`, key, value })));
    });
    await eventually(async () => (await lagCount(link)) === 0, { until: 'all is committed' });
    const out = await readAll(link, `${topic}.out`);
    expect(new Set(out)).toEqual(new Set(numbered(1, 10).map(({ value }) => value)));
    expect(out.length).toBeGreaterThan(10);
  });

  it('given a second replica that joins in the middle of a batch, then each record is handled to its end and none is lost', async () => {
    const link = await aLink({ partitions: 4 });
    const done: { replica: string; text: string }[] = [];
    let isReleased = false;
    const handler =
      (replica: string): BatchHandler =>
      async (batch) => {
        await eventually(() => isReleased || batch.isStale(), {
          until: 'the second replica joins',
          everyMs: 5,
        });
        if (batch.isStale()) throw new StaleBatch();
        done.push(...texts(batch).map((text) => ({ replica, text })));
      };
    await aReplica(link, { sessionTimeoutMs: 6_000 }, handler('one'));
    await publish(link, numbered(1, 40));
    await aReplica(await anotherLink(), { sessionTimeoutMs: 6_000 }, handler('two'));
    isReleased = true;
    await publish(link, numbered(41, 80));
    await eventually(() => new Set(done.map(({ text }) => text)).size === 80, {
      until: 'all have been handled',
    });
    await eventually(async () => (await lagCount(link)) === 0, { until: 'all is committed' });
    expect(new Set(done.map(({ replica }) => replica))).toEqual(new Set(['one', 'two']));
    expect(crashes).toEqual([]);
  });

  it('given a replica that is stopped while it joins, then no member stays behind and the other one gets all', async () => {
    const link = await aLink({ partitions: 6 });
    const seen: string[] = [];
    const staying = await aReplica(link, {}, async (batch) => void seen.push(...texts(batch)));
    const leaving = (await anotherLink()).groupConsumer({ group, topics: [topic] }, async () => undefined);
    const admin = await anAdmin();
    const started = leaving.start();
    await eventually(async () => (await stateOf(admin)) === 'PreparingRebalance', {
      until: 'it asks to join',
      everyMs: 5,
    });
    await leaving.stop();
    await started;
    await publish(link, numbered(1, 60));
    await eventually(() => new Set(seen).size === 60, { until: 'the one that stays has handled all' });
    expect(staying.assignment).toHaveLength(6);
    expect(crashes).toEqual([]);
  });

  it('given a side away, then its partition pauses and comes again at the same offset while others go on', async () => {
    const link = await aLink({ partitions: 2 });
    const seen: string[] = [];
    let refusals = 0;
    await aReplica(link, { fetchWaitMsMax: 100 }, async (batch) => {
      if (batch.partition === 0 && ++refusals <= 3) throw new SideUnavailable('429', 100);
      seen.push(...batch.records.map(({ offset }) => `${batch.partition}:${offset}`));
    });
    await link.producer().publish([at(0, 'a'), at(0, 'b')]);
    await eventually(() => refusals > 0, { until: 'the first refusal' });
    await link.producer().publish([at(1, 'c')]);
    await eventually(() => seen.includes('1:0') && seen.includes('0:1'), {
      until: 'both partitions are through',
    });
    expect(seen.filter((place) => place.startsWith('0:'))).toEqual(['0:0', '0:1']);
    expect(refusals).toBe(4);
    expect(crashes).toEqual([]);
  });

  it('given part of a batch that was resolved, when the rest fails, then only the rest comes again', async () => {
    const link = await aLink({ partitions: 1 });
    const batches: string[][] = [];
    await publish(link, numbered(1, 5));
    await aReplica(link, { fetchWaitMsMax: 100 }, async (batch) => {
      batches.push(texts(batch));
      if (batches.length > 1) return;
      batch.resolved('2');
      throw new SideUnavailable('503', 50);
    });
    await eventually(() => batches.length === 2, { until: 'the second try' });
    expect(batches).toEqual([
      ['1', '2', '3', '4', '5'],
      ['4', '5'],
    ]);
  });

  it('given our own store away, then the batch is tried again with waits, and the process ends at the limit', async () => {
    const link = await aLink({ partitions: 1 });
    let tries = 0;
    await publish(link, numbered(1, 1));
    await aReplica(link, { fetchWaitMsMax: 50, dependencyAwayMsMax: 600 }, async () => {
      tries += 1;
      throw new DependencyUnavailable('no database');
    });
    await eventually(() => crashes.length > 0, { until: 'the replica gives up' });
    expect(crashes[0]).toMatchObject({ code: 'dependency-unavailable' });
    expect(tries).toBeGreaterThan(2);
    expect(await lagCount(link)).toBe(1);
  });

  it('given a store that comes back, then the batch goes through and nothing crashes', async () => {
    const link = await aLink({ partitions: 1 });
    let tries = 0;
    await publish(link, numbered(1, 1));
    await aReplica(link, { fetchWaitMsMax: 50 }, async () => {
      if (++tries < 3) throw new DependencyUnavailable('no database');
    });
    await eventually(async () => (await lagCount(link)) === 0, { until: 'it is committed' });
    expect({ tries, crashes }).toEqual({ tries: 3, crashes: [] });
  });

  it('given positions that differ from the group, then reading begins there and the group follows', async () => {
    const link = await aLink({ partitions: 2 });
    await link.producer().publish(['a', 'b', 'c', 'd'].map((text) => at(0, text)));
    await link.producer().publish(['e', 'f'].map((text) => at(1, text)));
    const first = await aReplica(link, {}, async () => undefined);
    await eventually(async () => (await lagCount(link)) === 0, { until: 'the group stands at the end' });
    await first.stop();

    const seen: string[] = [];
    const asked: unknown[] = [];
    await aReplica(
      link,
      {
        fetchWaitMsMax: 100,
        positions: async (assignment) => {
          asked.push(...assignment);
          return [{ topic, partition: 0, offset: '1' }];
        },
      },
      async (batch) => void seen.push(...texts(batch)),
    );
    await eventually(() => seen.length === 3, { until: 'the replay has come' });
    expect(seen).toEqual(['b', 'c', 'd']);
    expect(asked).toEqual(
      expect.arrayContaining([
        { topic, partition: 0, committed: '4' },
        { topic, partition: 1, committed: '2' },
      ]),
    );
    await eventually(async () => (await lagCount(link)) === 0, {
      until: 'the group stands at the end again',
    });
  });

  it('given a group that stands behind the position, then the records before it do not come', async () => {
    const link = await aLink({ partitions: 1 });
    await publish(link, numbered(1, 5));
    const seen: string[] = [];
    await aReplica(
      link,
      { positions: async () => [{ topic, partition: 0, offset: '3' }] },
      async (batch) => void seen.push(...texts(batch)),
    );
    await eventually(() => seen.length >= 2, { until: 'the rest has come' });
    expect(seen).toEqual(['4', '5']);
  });

  it('given a handler that takes longer than the session, then heartbeats keep the membership', async () => {
    const link = await aLink({ partitions: 1 });
    let handledCount = 0;
    await publish(link, numbered(1, 1));
    const startedAt = Date.now();
    await aReplica(link, { sessionTimeoutMs: 6_000 }, async () => {
      await eventually(() => Date.now() - startedAt > 8_000, { deadlineMs: 20_000, everyMs: 50 });
      handledCount += 1;
    });
    await eventually(async () => (await lagCount(link)) === 0, {
      deadlineMs: 20_000,
      until: 'it is committed',
    });
    expect(handledCount).toBe(1);
  });
});

async function aLink({ partitions }: { partitions: number }): Promise<KafkaLink> {
  const link = await anotherLink();
  await link.ensureTopics([{ name: topic, partitions }]);
  return link;
}

async function anotherLink(): Promise<KafkaLink> {
  const link = new KafkaLink({ brokers: broker.brokers, clientId: broker.prefix });
  link.onCrash((error) => crashes.push(error));
  cleanups.add(() => link.close());
  return link;
}

async function aReplica(
  link: KafkaLink,
  options: Partial<GroupOptions>,
  handler: BatchHandler,
): Promise<GroupConsumer> {
  const consumer = link.groupConsumer({ group, topics: [topic], ...options }, handler);
  cleanups.add(() => consumer.stop());
  await consumer.start();
  await consumer.joined();
  return consumer;
}

function publish(link: KafkaLink, records: { key: string; value: string }[]): Promise<void> {
  return link
    .producer()
    .publish(records.map(({ key, value }) => ({ topic, key, value: Buffer.from(value) })));
}

function numbered(
  from: number,
  to: number,
  keyOf = (n: number) => `key-${n}`,
): { key: string; value: string }[] {
  return Array.from({ length: to - from + 1 }, (_, i) => ({ key: keyOf(from + i), value: String(from + i) }));
}

function at(partition: number, value: string) {
  return { topic, key: value, value: Buffer.from(value), partition };
}

function texts(batch: RecordBatch): string[] {
  return batch.records.map(({ value }) => value?.toString() ?? '');
}

async function anAdmin(): Promise<Admin> {
  const admin = new Kafka({ brokers: [...broker.brokers], logLevel: logLevel.NOTHING }).admin();
  cleanups.add(() => admin.disconnect());
  await admin.connect();
  return admin;
}

async function stateOf(admin: Admin): Promise<string | undefined> {
  return (await admin.describeGroups([group])).groups[0]?.state;
}

async function lagCount(link: KafkaLink): Promise<number> {
  const lag = await link.admin.lag(group, [topic]);
  return lag.reduce((sum, partition) => sum + partition.lagCount, 0);
}

async function readAll(link: KafkaLink, name: string): Promise<string[]> {
  const seen: string[] = [];
  const reader = await link.readCompacted({
    topic: name,
    groupPrefix: `${broker.prefix}.reader`,
    onRecord: ({ value }) => seen.push(value?.toString() ?? ''),
  });
  await reader.caughtUp;
  return seen;
}
