import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Payload, type MicroserviceOptions } from '@nestjs/microservices';
import { Cleanups, eventually, testBroker, type TestBroker } from '@dualwrite/testing';
import { configureLog, SideUnavailable } from '@dualwrite/telemetry';
import { BatchPattern } from './batch-pattern';
import { BatchStrategy } from './batch-strategy';
import { KafkaLink } from './kafka-link';
import { KafkaModule } from './kafka-module';
import type { RecordBatch } from './records';

const cleanups = new Cleanups();
const seen: string[] = [];
let refusals = 0;
let broker: TestBroker;

@Controller()
class WritesController {
  @BatchPattern('writes')
  async handle(@Payload() batch: RecordBatch): Promise<void> {
    if (refusals > 0) {
      refusals -= 1;
      throw new SideUnavailable('429', 50);
    }
    seen.push(...batch.records.map(({ value }) => `${batch.group.split('.').at(-1)}:${value?.toString()}`));
  }
}

beforeAll(() => configureLog({ level: 'silent' }));
beforeEach(() => {
  seen.length = 0;
  broker = testBroker();
});
afterEach(() => cleanups.run());

describe('BatchStrategy', () => {
  it('given groups that come and go, then each gets its records through the declared handler, and one that returns goes on', async () => {
    const { strategy, link } = await anApp();
    const topic = await aTopic(link);
    await strategy.attach('writes', options('one', topic));
    await strategy.attach('writes', options('two', topic));
    await publish(link, topic, '1');
    await eventually(() => seen.length === 2, { until: 'both groups have it' });
    expect([...seen].sort()).toEqual(['one:1', 'two:1']);
    expect(strategy.assignment(`${broker.prefix}.one`).partitions).toHaveLength(1);

    await strategy.detach(`${broker.prefix}.one`);
    await publish(link, topic, '2');
    await eventually(() => seen.includes('two:2'));
    expect(strategy.attachedGroups()).toEqual([`${broker.prefix}.two`]);
    await strategy.attach('writes', options('one', topic));
    await eventually(() => seen.includes('one:2'), { until: 'the first group goes on where it stood' });
    expect(seen.filter((text) => text === 'one:1')).toHaveLength(1);
  });

  it('given a handler that throws, then its own error reaches the consumer through Nest', async () => {
    const { strategy, link } = await anApp();
    const topic = await aTopic(link);
    refusals = 2;
    await strategy.attach('writes', options('one', topic));
    await publish(link, topic, '1');
    await eventually(() => seen.includes('one:1'), { until: 'the side is back' });
    expect(refusals).toBe(0);
  });

  it('given no such handler, then attaching says so', async () => {
    const { strategy } = await anApp();
    await expect(strategy.attach('nothing', options('one', 'x'))).rejects.toMatchObject({
      code: 'invariant-broken',
    });
  });
});

async function anApp(): Promise<{ strategy: BatchStrategy; link: KafkaLink }> {
  @Module({
    imports: [KafkaModule.forRoot({ brokers: broker.brokers, clientId: broker.prefix })],
    controllers: [WritesController],
  })
  class AppModule {}

  const context = await NestFactory.create(AppModule, { logger: false });
  const strategy = context.get(BatchStrategy);
  const link = context.get(KafkaLink);
  context.connectMicroservice<MicroserviceOptions>({ strategy });
  await context.startAllMicroservices();
  cleanups.add(() => link.close());
  cleanups.add(() => context.close());
  return { strategy, link };
}

async function aTopic(link: KafkaLink): Promise<string> {
  const name = `${broker.prefix}.writes`;
  await link.ensureTopics([{ name, partitions: 1 }]);
  return name;
}

function options(name: string, topic: string) {
  return { group: `${broker.prefix}.${name}`, topics: [topic], fetchWaitMsMax: 100 };
}

function publish(link: KafkaLink, topic: string, value: string): Promise<void> {
  return link.producer().publish([{ topic, key: 'k', value: Buffer.from(value) }]);
}
