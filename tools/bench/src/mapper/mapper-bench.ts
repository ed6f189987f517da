import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Bench, BenchOptions, BenchResult } from '../bench';
import { Child } from '../child';
import { machine } from '../machine';
import { scratchDatabase } from '../scratch-database';
import { median, rounded, spread } from '../statistics';
import { MapperWorld } from './mapper-world';

const PAIR_COUNT = 15_000;

/**
 * Pairs per second with durable state. Half of the messages are edits, each of which leads to a write and a journal
 * entry; half are the answers to those writes, each of which settles one. Pairs exist already. Against a kafkajs loop
 * over the same messages that selects, merges and upserts one row per message in Postgres batches and passes one
 * message on. The two take turns on the same broker and database.
 */
export const mapperBench: Bench = {
  name: 'mapper',
  about: 'pairs planned per second with durable state, against a plain kafkajs loop with Postgres',
  async run(options: BenchOptions): Promise<BenchResult> {
    const prefix = `bench${randomBytes(4).toString('hex')}`;
    const database = await scratchDatabase(options.environment.databaseUrl, prefix);
    const of = { brokers: options.environment.brokers, databaseUrl: database.url, prefix };
    try {
      const world = await MapperWorld.start(of);
      try {
        options.talk(`making ${PAIR_COUNT} pairs`);
        await world.makePairs(PAIR_COUNT);
        return await takeTurns(world, of, options);
      } finally {
        await world.stop();
      }
    } finally {
      await database.drop();
    }
  },
};

interface Turn {
  readonly reference: number;
  readonly edits: number;
  readonly answers: number;
  readonly ours: number;
}

async function takeTurns(
  world: MapperWorld,
  of: { brokers: readonly string[]; databaseUrl: string; prefix: string },
  { runs, talk }: BenchOptions,
): Promise<BenchResult> {
  const reference = new Reference(world, of);
  await reference.fill();
  const turns: Turn[] = [];
  let bytes = 0;
  // The first turn warms both up and does not count.
  for (let turn = 0; turn <= runs; turn += 1) {
    const referenceRate = await reference.run(turn);
    const edits = world.edits();
    bytes = world.encoded(edits[0] as (typeof edits)[number]).value?.length ?? 0;
    const editSeconds = await world.measure(edits);
    const answerSeconds = await world.measure(world.answers());
    await world.assertAgreed();
    const ours = 2 / (editSeconds + answerSeconds);
    talk(
      `${turn === 0 ? 'warm-up' : `run ${turn}`}: reference ${Math.round(referenceRate)}/s, ours ${Math.round(ours)}/s ` +
        `(edits ${Math.round(1 / editSeconds)}/s, answers ${Math.round(1 / answerSeconds)}/s), ratio ${rounded(ours / referenceRate)}`,
    );
    if (turn > 0)
      turns.push({ reference: referenceRate, ours, edits: 1 / editSeconds, answers: 1 / answerSeconds });
  }
  const ratios = turns.map((turn) => turn.ours / turn.reference);
  return {
    name: 'mapper',
    machine: machine(),
    reference: {
      name: 'kafkajs loop of the same messages: select, merge, upsert one row per message, pass one message on',
      value: Math.round(median(turns.map((turn) => turn.reference))),
      unit: 'messages/s',
    },
    ours: { value: Math.round(median(turns.map((turn) => turn.ours))), unit: 'messages/s' },
    ratio: rounded(median(ratios)),
    runs,
    spread: rounded(spread(ratios)),
    details: {
      messageBytes: bytes,
      pairCount: PAIR_COUNT,
      editsPerSecond: Math.round(median(turns.map((turn) => turn.edits))),
      answersPerSecond: Math.round(median(turns.map((turn) => turn.answers))),
    },
  };
}

/** The plain loop, in a process of its own; each turn with a new group over messages that are there already. */
class Reference {
  private readonly topic: string;
  private readonly outputTopic: string;
  private readonly messageCount = 2 * PAIR_COUNT;

  constructor(
    private readonly world: MapperWorld,
    private readonly of: { brokers: readonly string[]; databaseUrl: string; prefix: string },
  ) {
    this.topic = `${of.prefix}.reference.input`;
    this.outputTopic = `${of.prefix}.reference.output`;
  }

  async fill(): Promise<void> {
    await this.world.ensureTopic(this.topic);
    await this.world.ensureTopic(this.outputTopic);
    const messages = [...this.world.edits(), ...this.world.edits()].map((edit) => this.world.encoded(edit));
    this.world.forgetEdits();
    await this.world.publishRecords(messages.map((message) => ({ ...message, topic: this.topic })));
    await this.world.execute(
      `create table public.reference_state (id text primary key, state jsonb not null)`,
    );
  }

  /** @returns messages per second */
  async run(turn: number): Promise<number> {
    const child = Child.start(path.resolve(__dirname, '../reference/main.js'), {
      BENCH_REFERENCE: JSON.stringify({
        brokers: this.of.brokers,
        databaseUrl: this.of.databaseUrl,
        group: `${this.of.prefix}.reference.${turn}`,
        topic: this.topic,
        outputTopic: this.outputTopic,
        table: 'public.reference_state',
        messageCount: this.messageCount,
      }),
    });
    try {
      const { seconds } = await child.answer('reference.done');
      return this.messageCount / Number(seconds);
    } finally {
      await child.stop();
    }
  }
}
