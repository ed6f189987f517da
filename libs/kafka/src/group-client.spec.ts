import { EventEmitter } from 'node:events';
import type { ConsumerConfig, Kafka } from 'kafkajs';
import { configureLog, type PipelineError } from '@dualwrite/telemetry';
import { GroupClient } from './group-client';
import { GROUP_DEFAULTS } from './group-options';

const EVENTS = {
  GROUP_JOIN: 'consumer.group_join',
  HEARTBEAT: 'consumer.heartbeat',
  REBALANCING: 'consumer.rebalancing',
  CRASH: 'consumer.crash',
};

/** A consumer of kafkajs that joins when it is told to. */
class JoiningConsumer extends EventEmitter {
  readonly events = EVENTS;
  isDisconnected = false;
  join: () => void = () => undefined;
  private readonly joined = new Promise<void>((resolve) => {
    this.join = resolve;
  });

  constructor(private readonly config: ConsumerConfig) {
    super();
  }
  connect = (): Promise<void> => Promise.resolve();
  subscribe = (): Promise<void> => Promise.resolve();
  run = (): Promise<void> => this.joined;
  disconnect = (): Promise<void> => {
    this.isDisconnected = true;
    return Promise.resolve();
  };

  async crash({ mayPass }: { mayPass: boolean }): Promise<void> {
    const error = new Error('no broker');
    const restart = mayPass && (await this.config.retry?.restartOnFailure?.(error));
    this.emit(EVENTS.CRASH, { payload: { error, restart } });
  }
}

let made: JoiningConsumer[];
let refused: PipelineError[];
let lostCount: number;
let client: GroupClient;

beforeAll(() => configureLog({ level: 'silent' }));

beforeEach(() => {
  jest.useFakeTimers();
  made = [];
  refused = [];
  lostCount = 0;
  const kafka = {
    consumer: (config: ConsumerConfig) => {
      const consumer = new JoiningConsumer(config);
      made.push(consumer);
      return consumer;
    },
  } as unknown as Kafka;
  client = new GroupClient(
    kafka,
    1_000,
    { ...GROUP_DEFAULTS, group: 'g', topics: ['t'] },
    {
      onJoin: () => undefined,
      onHeartbeat: () => undefined,
      onRebalancing: () => undefined,
      onLost: () => {
        lostCount += 1;
      },
      onRefused: (error) => void refused.push(error),
      eachBatch: () => Promise.resolve(),
    },
  );
});

afterEach(() => jest.useRealTimers());

describe('given a consumer that is still joining', () => {
  it('when it is stopped, then that ends soon, and the consumer is disconnected once it has joined', async () => {
    const starting = client.start();
    await jest.advanceTimersByTimeAsync(0);
    const stopping = client.stop();
    await jest.advanceTimersByTimeAsync(1_000);
    await stopping;
    expect(made[0]?.isDisconnected).toBe(false);

    made[0]?.join();
    await starting;
    await jest.advanceTimersByTimeAsync(0);
    expect(made[0]?.isDisconnected).toBe(true);
  });
});

describe('given a consumer that has crashed', () => {
  beforeEach(async () => {
    const starting = client.start();
    made[0]?.join();
    await starting;
  });

  it('when the failure may pass, then a new one takes its place', async () => {
    await made[0]?.crash({ mayPass: true });
    expect(lostCount).toBe(1);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(made).toHaveLength(2);
    expect(refused).toEqual([]);
  });

  it('when the failure may pass and the group is stopped meanwhile, then no new one is made', async () => {
    await made[0]?.crash({ mayPass: true });
    await client.stop();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(made).toHaveLength(1);
  });

  it('when the failure is for good, then that is told', async () => {
    await made[0]?.crash({ mayPass: false });
    await jest.advanceTimersByTimeAsync(10_000);
    expect(made).toHaveLength(1);
    expect(refused).toHaveLength(1);
  });
});
