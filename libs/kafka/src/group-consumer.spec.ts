import { EventEmitter } from 'node:events';
import type { Kafka } from 'kafkajs';
import { GroupConsumer } from './group-consumer';
import type { KafkaAdmin } from './kafka-admin';

const EVENTS = {
  GROUP_JOIN: 'consumer.group_join',
  HEARTBEAT: 'consumer.heartbeat',
  FETCH: 'consumer.fetch',
  REBALANCING: 'consumer.rebalancing',
  CRASH: 'consumer.crash',
};

/** A client of which only the events count here. */
class SilentClient extends EventEmitter {
  readonly events = EVENTS;
  readonly connect = () => Promise.resolve();
  readonly disconnect = () => Promise.resolve();
  readonly subscribe = () => Promise.resolve();
  readonly run = () => Promise.resolve();
}

describe('given a group of which the client has lost the membership', () => {
  let client: SilentClient;
  let consumer: GroupConsumer;
  const crashes: unknown[] = [];
  beforeEach(async () => {
    jest.useFakeTimers();
    crashes.length = 0;
    client = new SilentClient();
    const kafka = { consumer: () => client } as unknown as Kafka;
    const surroundings = {
      kafka,
      admin: {} as KafkaAdmin,
      connectTimeoutMs: 1_000,
      onCrash: (error: unknown) => void crashes.push(error),
    };
    consumer = new GroupConsumer(surroundings, { group: 'g', topics: ['t'] }, () => Promise.resolve());
    await consumer.start();
    client.emit(EVENTS.GROUP_JOIN, { payload: { memberAssignment: { t: [0] } } });
  });
  afterEach(async () => {
    await consumer.stop();
    jest.useRealTimers();
  });

  /** Two minutes in which this event comes every second. */
  function twoMinutesOf(event: string): void {
    for (let second = 0; second < 120; second++) {
      client.emit(event, { payload: {} });
      jest.advanceTimersByTime(1_000);
    }
  }

  it('when it fetches without heartbeats, then the process is told to end, once', () => {
    twoMinutesOf(EVENTS.FETCH);
    expect(crashes).toHaveLength(1);
    expect(String(crashes[0])).toContain('no heartbeat');
  });

  it('when heartbeats are answered, then it goes on', () => {
    twoMinutesOf(EVENTS.HEARTBEAT);
    expect(crashes).toEqual([]);
  });
});
