import { randomBytes } from 'node:crypto';
import { Names } from '@dualwrite/events';
import { KafkaLink, type GroupConsumer, type GroupOptions, type BatchHandler } from '@dualwrite/kafka';
import { requiredVariable } from './required-variable';

/** A corner of the real broker that belongs to one test: everything in it begins with a fresh prefix. */
export interface TestBroker {
  readonly brokers: readonly string[];
  readonly prefix: string;
  readonly names: Names;
  readonly link: KafkaLink;
  /** Another client, as another replica would have; closed with the rest. */
  anotherLink(): KafkaLink;
  /** Makes a topic and returns its name. */
  topic(name: string, partitions?: number): Promise<string>;
  /** Joins a group; left with the rest. */
  consume(link: KafkaLink, options: GroupOptions, handler: BatchHandler): Promise<GroupConsumer>;
  close(): Promise<void>;
}

/** @throws {Error} KAFKA_BROKERS is not set */
export function testBroker(): TestBroker {
  const brokers = requiredVariable('KAFKA_BROKERS').split(',');
  const prefix = `t${randomBytes(5).toString('hex')}`;
  const links: KafkaLink[] = [];
  const consumers: GroupConsumer[] = [];
  const anotherLink = () => {
    const link = new KafkaLink({ brokers, clientId: `${prefix}-${links.length}` });
    links.push(link);
    return link;
  };
  const link = anotherLink();
  return {
    brokers,
    prefix,
    names: new Names(prefix),
    link,
    anotherLink,
    async topic(name, partitions = 1) {
      const fullName = `${prefix}.${name}`;
      await link.ensureTopics([{ name: fullName, partitions }]);
      return fullName;
    },
    async consume(consumerLink, options, handler) {
      const consumer = consumerLink.groupConsumer(options, handler);
      consumers.push(consumer);
      await consumer.start();
      await consumer.joined();
      return consumer;
    },
    async close() {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
      await Promise.all(links.map((each) => each.close()));
    },
  };
}
