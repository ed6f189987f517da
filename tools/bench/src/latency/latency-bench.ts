import { otherSide, type Side } from '@dualwrite/events';
import type { Bench } from '../bench';
import { cpuSecondsOf } from '../bulk/cpu';
import { rssMbOf } from '../bulk/memory';
import { machine } from '../machine';
import { percentile, rounded, spread } from '../statistics';
import { CommitLog, latenciesMs, type Commit } from './commit-log';
import { cpuMsPerChange } from './cpu-per-change';
import { DemoStack } from '../stack/demo-stack';
import { Editor, type Customer } from '../stack/editor';
import { atRate, kafkaRoundTripsMs } from './kafka-round-trip';

const CHANGES_PER_SECOND = 100;
/** Long enough for the compiler to have seen the way of a change; always the same few customers. */
const WARM_UP_COUNT = 2_000;
const WARM_UP_CUSTOMER_COUNT = 300;
const ARRIVE_DEADLINE_MS = 30_000;
const LOOK_EVERY_MS = 200;

/** Commit on one side to commit on the other, half of the changes on each side, against sandboxes that answer at once. */
export const latencyBench: Bench = {
  name: 'latency',
  about: `commit on one side to commit on the other at ${CHANGES_PER_SECOND} changes/s; reference: two hops through Kafka`,
  async run({ runs, talk, environment, edits: changesPerSecond = CHANGES_PER_SECOND }) {
    const stack = await DemoStack.start({ FEED_INTERVAL_MS: '20', OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    try {
      const editor = new Editor(stack.file);
      const log = new CommitLog(stack.file);
      const customers = await editor.customers();
      const partners = partnersOf(customers);
      const edit = (index: number): Promise<void> => {
        const customer = customers[index % customers.length];
        if (customer === undefined) throw new Error('there are no customers');
        const text = `latency ${index}`;
        return index % 2 === 0
          ? editor.edit('fo', customer, { SalesMemo: text })
          : editor.edit('dataverse', customer, { description: text });
      };
      await atRate(changesPerSecond, WARM_UP_COUNT, (index) => edit(index % WARM_UP_CUSTOMER_COUNT));
      // Each customer is edited once in all: a later edit of the same row would have its write taken for the earlier's.
      const perRun = Math.floor((customers.length - WARM_UP_CUSTOMER_COUNT) / runs);
      const ours: (readonly number[])[] = [];
      const reference: (readonly number[])[] = [];
      const cpu: Record<string, number>[] = [];
      for (let run = 0; run < runs; run++) {
        reference.push(
          await kafkaRoundTripsMs({
            brokers: environment.brokers,
            topicPrefix: `bench-latency-${process.pid}-${run}`,
            perSecond: changesPerSecond,
            count: perRun,
          }),
        );
        await log.read();
        const before = await cpuSecondsOf(stack.file);
        const loadBefore = process.cpuUsage();
        const sinceMs = Date.now();
        const first = WARM_UP_CUSTOMER_COUNT + run * perRun;
        await atRate(changesPerSecond, perRun, (index) => edit(first + index));
        ours.push(await arrived(log, partners, { sinceMs, count: perRun }));
        const load = process.cpuUsage(loadBefore);
        const after = await cpuSecondsOf(stack.file);
        cpu.push(cpuMsPerChange(before, after, { loadMicroseconds: load.user + load.system, count: perRun }));
        talk(
          `run ${run + 1}: ours p50 ${percentile(ours[run] ?? [], 0.5)} ms, p99 ${percentile(ours[run] ?? [], 0.99)} ms; ` +
            `Kafka twice p50 ${rounded(percentile(reference[run] ?? [], 0.5), 1)} ms`,
        );
      }
      const all = ours.flat();
      const p50 = percentile(all, 0.5);
      const ratios = ours.map((one, run) => percentile(one, 0.5) / percentile(reference[run] ?? [], 0.5));
      return {
        name: 'latency',
        machine: machine(),
        reference: {
          name: 'kafkajs, produce to consume twice',
          value: rounded(percentile(reference.flat(), 0.5), 1),
          unit: 'ms',
        },
        ours: { value: p50, unit: 'ms', p50, p99: percentile(all, 0.99) },
        ratio: rounded(percentile(ratios, 0.5), 2),
        runs,
        spread: rounded(spread(ratios), 2),
        details: {
          changes: all.length,
          changesPerSecond,
          // What a foreign load on the machine does not change; the load itself is what sends the edits.
          cpuMsPerChange: cpu,
          rssMb: await rssMbOf(stack.file),
        },
      };
    } finally {
      await stack.stop();
    }
  },
};

type Partners = ReadonlyMap<string, { readonly side: Side; readonly path: string }>;

function partnersOf(customers: readonly Customer[]): Partners {
  return new Map(
    customers.flatMap(({ path }) =>
      (['fo', 'dataverse'] as const).map((side) => [
        `${side} ${path[side]}`,
        { side: otherSide(side), path: path[otherSide(side)] },
      ]),
    ),
  );
}

/** Latencies of the edits since then, once all of them have arrived. */
async function arrived(
  log: CommitLog,
  partners: Partners,
  { sinceMs, count }: { sinceMs: number; count: number },
): Promise<readonly number[]> {
  const partnerOf = ({ side, path }: Commit) => partners.get(`${side} ${path}`);
  const end = Date.now() + ARRIVE_DEADLINE_MS;
  for (;;) {
    const all = latenciesMs(await log.read(), partnerOf, sinceMs);
    if (all.length >= count) return all;
    if (Date.now() > end) throw new Error(`${count - all.length} of ${count} edits did not arrive`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
