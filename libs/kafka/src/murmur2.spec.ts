import { Partitioners } from 'kafkajs';
import { murmur2Partition } from './murmur2';

describe('murmur2Partition', () => {
  it('given any key, then it picks the partition that the client picks', () => {
    const partitioner = Partitioners.DefaultPartitioner();
    const partitionMetadata = Array.from({ length: 12 }, (_, partitionId) => ({
      partitionId,
      leader: 1,
      partitionErrorCode: 0,
      replicas: [1],
      isr: [1],
    }));
    const keys = ['', 'a', 'ab', 'abc', 'abcd', 'usmf|US-001', 'Ünïcödé ✓', '0'.repeat(99)];
    for (let n = 0; n < 500; n += 1) keys.push(`key-${n * 7919}`);
    for (const key of keys) {
      expect(murmur2Partition(key, 12)).toBe(
        partitioner({ topic: 't', partitionMetadata, message: { key: Buffer.from(key), value: null } }),
      );
    }
  });

  it('given a key of Kafka’s own tests, then its hash decides', () => {
    // org.apache.kafka.common.utils.UtilsTest: murmur2("21") = -973932308, "foobar" = -790332482
    const positive = (hash: number) => hash & 0x7fffffff;
    expect(murmur2Partition('21', 1_000)).toBe(positive(-973932308) % 1_000);
    expect(murmur2Partition('foobar', 1_000)).toBe(positive(-790332482) % 1_000);
  });
});
