import { Kafka, logLevel, Partitioners } from 'kafkajs';

const MESSAGE_BYTES = 1_024;

/**
 * The reference: a message of 1 KB through Kafka twice (produce, consume, produce, consume) by plain kafkajs, at a
 * steady rate. It is what the broker and the client alone take for the two hops that every change makes.
 *
 * @returns milliseconds, one per message
 */
export async function kafkaRoundTripsMs(options: {
  readonly brokers: readonly string[];
  readonly topicPrefix: string;
  readonly perSecond: number;
  readonly count: number;
}): Promise<readonly number[]> {
  const kafka = new Kafka({
    clientId: 'bench-latency',
    brokers: [...options.brokers],
    logLevel: logLevel.NOTHING,
  });
  const topics = [`${options.topicPrefix}.there`, `${options.topicPrefix}.back`] as const;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({
    waitForLeaders: true,
    topics: topics.map((topic) => ({ topic, numPartitions: 3, replicationFactor: 1 })),
  });
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
  });
  await producer.connect();
  const sentAt = new Map<string, number>();
  const taken: number[] = [];
  const consume = async (topic: string, onKey: (key: string) => Promise<void>) => {
    const consumer = kafka.consumer({ groupId: `${topic}.group`, minBytes: 1, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
    await consumer.run({
      autoCommitInterval: 1_000,
      eachMessage: ({ message }) => onKey(String(message.key)),
    });
    await joined;
    return consumer;
  };
  const value = Buffer.alloc(MESSAGE_BYTES, 'x');
  const forward = await consume(topics[0], async (key) => {
    await producer.send({ topic: topics[1], acks: -1, messages: [{ key, value }] });
  });
  const back = await consume(topics[1], (key) => {
    taken.push(performance.now() - (sentAt.get(key) ?? Number.NaN));
    return Promise.resolve();
  });
  await atRate(options.perSecond, options.count, async (index) => {
    sentAt.set(String(index), performance.now());
    await producer.send({ topic: topics[0], acks: -1, messages: [{ key: String(index), value }] });
  });
  while (taken.length < options.count) await new Promise((resolve) => setTimeout(resolve, 10));
  await Promise.all([forward.disconnect(), back.disconnect(), producer.disconnect()]);
  await admin.deleteTopics({ topics: [...topics] });
  await admin.disconnect();
  return taken;
}

/** Starts `act` so many times a second, whether or not the last one has ended; resolves when all have. */
export async function atRate(
  perSecond: number,
  count: number,
  act: (index: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now();
  const running: Promise<void>[] = [];
  for (let index = 0; index < count; index++) {
    const dueInMs = startedAt + (index * 1_000) / perSecond - performance.now();
    if (dueInMs > 0) await new Promise((resolve) => setTimeout(resolve, dueInMs));
    running.push(act(index));
  }
  await Promise.all(running);
}
