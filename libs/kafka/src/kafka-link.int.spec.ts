import { Cleanups, eventually, testBroker, type TestBroker } from '@dualwrite/testing';
import { configureLog } from '@dualwrite/telemetry';
import { KafkaLink } from './kafka-link';
import { murmur2Partition } from './murmur2';

const cleanups = new Cleanups();
let broker: TestBroker;
let topic: string;

beforeAll(() => configureLog({ level: 'silent' }));
beforeEach(() => {
  broker = testBroker();
  topic = `${broker.prefix}.topic`;
});
afterEach(() => cleanups.run());

describe('ensureTopics', () => {
  it('given many replicas that make the same topics at once, then all find them with leaders and settings', async () => {
    const specs = Array.from({ length: 12 }, (_, n) => ({
      name: `${topic}.${n}`,
      partitions: n % 3 === 0 ? 12 : 1,
      config: { 'cleanup.policy': 'compact' },
    }));
    const links = [aLink(), aLink(), aLink()];
    await Promise.all(links.map((link) => link.ensureTopics(specs)));
    await links[0]?.ensureTopics(specs);
    expect(await links[1]?.admin.partitionCount(`${topic}.3`)).toBe(12);
  });
});

describe('Publisher', () => {
  it('given calls made at the same time, then all arrive in the order of the calls, in the partitions that murmur2 says', async () => {
    const link = aLink();
    await link.ensureTopics([{ name: topic, partitions: 3 }]);
    const texts = Array.from({ length: 500 }, (_, n) => String(n));
    await Promise.all(
      texts.map((text) => link.producer().publish([aRecord(`key-${Number(text) % 5}`, text)])),
    );
    const seen = await readAll(link);
    expect(seen).toHaveLength(500);
    for (const { key, partition } of seen) expect(partition).toBe(murmur2Partition(key ?? '', 3));
    for (let key = 0; key < 5; key += 1) {
      const ofKey = seen.filter((record) => record.key === `key-${key}`).map(({ text }) => Number(text));
      expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
    }
  });

  it('given records of several megabytes in one call, then they are cut into requests that Kafka takes', async () => {
    const link = aLink();
    await link.ensureTopics([{ name: topic, partitions: 1 }]);
    const text = 'x'.repeat(1_000_000);
    await link.producer().publish(Array.from({ length: 5 }, (_, n) => aRecord(String(n), text)));
    expect((await readAll(link)).map(({ key }) => key)).toEqual(['0', '1', '2', '3', '4']);
  });

  it('given one call with a record that Kafka refuses, then only that call fails, and later ones go on', async () => {
    const link = aLink();
    await link.ensureTopics([{ name: topic, partitions: 1 }]);
    const tooLarge = link.producer().publish([aRecord('large', 'x'.repeat(3_000_000))]);
    const neighbour = link.producer().publish([aRecord('good', '1')]);
    await expect(tooLarge).rejects.toMatchObject({ code: 'dependency-refused' });
    await neighbour;
    await link.producer().publish([aRecord('later', '2')]);
    expect((await readAll(link)).map(({ key }) => key)).toEqual(['good', 'later']);
  });

  it('given a broker that is not there, then publishing fails as unavailable', async () => {
    const link = new KafkaLink({ brokers: ['127.0.0.1:1'], clientId: 'x', connectTimeoutMs: 100 });
    cleanups.add(() => link.close());
    const controller = new AbortController();
    controller.abort();
    const published = link.producer().publish([aRecord('k', 'v')], { signal: controller.signal });
    await expect(published).rejects.toMatchObject({ code: 'dependency-unavailable' });
  });
});

describe('readCompacted', () => {
  it('given an empty topic, then it is caught up at once and follows from there', async () => {
    const link = aLink();
    await link.ensureTopics([{ name: topic, partitions: 3 }]);
    const seen: string[] = [];
    const onCaughtUp = jest.fn();
    const reader = await link.readCompacted({
      topic,
      groupPrefix: broker.prefix,
      onRecord: ({ value }) => seen.push(value?.toString() ?? 'erased'),
      onCaughtUp,
    });
    await reader.caughtUp;
    expect(onCaughtUp).toHaveBeenCalledTimes(1);
    await link.producer().publish([aRecord('a', '1'), { topic, key: 'a', value: null }]);
    await eventually(() => seen.length === 2);
    expect(seen).toEqual(['1', 'erased']);
    await reader.close();
  });
});

function aLink(): KafkaLink {
  const link = new KafkaLink({ brokers: broker.brokers, clientId: broker.prefix });
  cleanups.add(() => link.close());
  return link;
}

function aRecord(key: string, text: string) {
  return { topic, key, value: Buffer.from(text) };
}

async function readAll(link: KafkaLink): Promise<{ key: string | null; text: string; partition: number }[]> {
  const seen: { key: string | null; text: string; partition: number }[] = [];
  const reader = await link.readCompacted({
    topic,
    groupPrefix: broker.prefix,
    onRecord: ({ key, value, partition }) => seen.push({ key, text: value?.toString() ?? '', partition }),
  });
  await reader.caughtUp;
  return seen;
}
