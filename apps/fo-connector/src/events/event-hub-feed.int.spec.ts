import { Cleanups, eventually, testBroker } from '@dualwrite/testing';
import { KafkaLink } from '@dualwrite/kafka';
import { configureLog } from '@dualwrite/telemetry';
import { EventHubFeed } from './event-hub-feed';

jest.setTimeout(60_000);

const cleanups = new Cleanups();

beforeAll(() => configureLog({ level: 'silent' }));
afterEach(() => cleanups.run());

/** A topic in the place of a hub; what the connector takes in is kept in order. */
function aHub() {
  const { brokers, prefix } = testBroker();
  const topic = `${prefix}.hub`;
  const link = new KafkaLink({ brokers, clientId: prefix });
  cleanups.add(() => link.close());
  const taken: unknown[] = [];
  const feed = new EventHubFeed({
    hub: { topic, group: `${prefix}.group`, link: { brokers } },
    intake: { take: (body, way) => taken.push({ body, way }) },
    clientId: prefix,
    againAfterMs: 100,
  });
  cleanups.add(() => feed.onModuleDestroy());
  const publish = (...values: string[]): Promise<void> =>
    link.producer().publish(values.map((value) => ({ topic, key: null, value: Buffer.from(value) })));
  const make = (): Promise<void> => link.ensureTopics([{ name: topic, partitions: 2 }]);
  return { feed, taken, publish, make };
}

describe('EventHubFeed', () => {
  it('given events in the hub, then they are taken in; what is no event is left out and stops nothing', async () => {
    const { feed, taken, publish, make } = aHub();
    await make();
    await publish('{"MessageName":"Create"}', 'no JSON', '[{"MessageName":"Delete"}]');
    feed.onApplicationBootstrap();
    await eventually(() => taken.length === 2, { until: 'both are taken in' });
    expect(taken).toEqual([
      { body: { MessageName: 'Create' }, way: 'event-hub' },
      { body: [{ MessageName: 'Delete' }], way: 'event-hub' },
    ]);
  });

  it('given a hub that is not there yet, then the connector lives on, and reads it once it is', async () => {
    const { feed, taken, publish, make } = aHub();
    feed.onApplicationBootstrap();
    await make();
    await publish('{"MessageName":"Update"}');
    await eventually(() => taken.length === 1, { until: 'it is taken in', deadlineMs: 40_000 });
  });
});
