import type { Bench } from '../bench';
import { cpuSecondsOf } from '../bulk/cpu';
import { cpuMsPerChange } from '../latency/cpu-per-change';
import { atRate } from '../latency/kafka-round-trip';
import { machine } from '../machine';
import { DemoStack } from '../stack/demo-stack';
import { Admin } from '../stack/admin';
import { Editor, type Customer } from '../stack/editor';
import { percentile, rounded, spread } from '../statistics';

const MAP = 'customersv3-accounts';
const CALLS_PER_SECOND = 50;
const SIDE_LATENCY_MS = 20;
/** Long enough for the compiler to have seen the way of a call. */
const WARM_UP_COUNT = 1_000;
const CALL_COUNT = 1_000;

/** Calls by the API, from the request to its answer: F&O has taken the edit by then. Both sides take 20 ms to answer. */
export const callsBench: Bench = {
  name: 'calls',
  about: `calls at ${CALLS_PER_SECOND}/s against sides that take ${SIDE_LATENCY_MS} ms; reference: the same edits straight to F&O`,
  async run({ runs, rows: count = CALL_COUNT, talk }) {
    const stack = await DemoStack.start({ OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    try {
      const editor = new Editor(stack.file);
      const admin = new Admin(stack.file);
      const customers = await editor.customers();
      const outcomes = new Map<string, number>();
      await slowDown(stack);
      const call = async (index: number): Promise<void> => {
        const answer = await admin.call(MAP, customerAt(customers, index).key, {
          description: `call ${index}`,
        });
        outcomes.set(answer, (outcomes.get(answer) ?? 0) + 1);
      };
      await measured(WARM_UP_COUNT, call);
      outcomes.clear();
      const ours: (readonly number[])[] = [];
      const reference: (readonly number[])[] = [];
      const cpu: Record<string, number>[] = [];
      for (let run = 0; run < runs; run++) {
        // The edits of before have travelled back, so that no row is busy.
        await untilInStep(admin);
        reference.push(
          await measured(count, (index) =>
            editor.edit('fo', customerAt(customers, index), { SalesMemo: `plain ${run} ${index}` }),
          ),
        );
        await untilInStep(admin);
        const first = (run + 1) * count;
        const before = await cpuSecondsOf(stack.file);
        const loadBefore = process.cpuUsage();
        ours.push(await measured(count, (index) => call(first + index)));
        const load = process.cpuUsage(loadBefore);
        const after = await cpuSecondsOf(stack.file);
        cpu.push(cpuMsPerChange(before, after, { loadMicroseconds: load.user + load.system, count }));
        const [mine = [], plain = []] = [ours[run], reference[run]];
        talk(
          `run ${run + 1}: ours p50 ${rounded(percentile(mine, 0.5), 1)} ms, p99 ${rounded(percentile(mine, 0.99), 1)} ms; ` +
            `plain p50 ${rounded(percentile(plain, 0.5), 1)} ms`,
        );
      }
      const all = ours.flat();
      const ratios = ours.map((one, run) => percentile(one, 0.5) / percentile(reference[run] ?? [], 0.5));
      const p50 = rounded(percentile(all, 0.5), 1);
      return {
        name: 'calls',
        machine: machine(),
        reference: {
          name: 'PATCH straight to F&O',
          value: rounded(percentile(reference.flat(), 0.5), 1),
          unit: 'ms',
        },
        ours: { value: p50, unit: 'ms', p50, p99: rounded(percentile(all, 0.99), 1) },
        ratio: rounded(percentile(ratios, 0.5), 2),
        runs,
        spread: rounded(spread(ratios), 2),
        details: {
          callsPerSecond: CALLS_PER_SECOND,
          outcomes: Object.fromEntries(outcomes),
          // Of the call and of what F&O has taken travelling back; what a foreign load on the machine does not change.
          cpuMsPerCall: cpu,
        },
      };
    } finally {
      await stack.stop();
    }
  },
};

/** How long each one took, at the rate of the bench. */
async function measured(count: number, act: (index: number) => Promise<void>): Promise<readonly number[]> {
  const tookMs: number[] = [];
  await atRate(CALLS_PER_SECOND, count, async (index) => {
    const beganMs = performance.now();
    await act(index);
    tookMs.push(performance.now() - beganMs);
  });
  return tookMs;
}

async function slowDown({ file }: DemoStack): Promise<void> {
  for (const { admin } of [file.fo, file.dataverse]) {
    const response = await fetch(`${admin}/faults?seed=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ match: {}, effect: { latencyMs: SIDE_LATENCY_MS } }]),
    });
    if (!response.ok) throw new Error(`the sandbox answered ${response.status}`);
  }
}

async function untilInStep(admin: Admin): Promise<void> {
  while (!(await admin.isInStep())) await new Promise((resolve) => setTimeout(resolve, 200));
}

function customerAt(customers: readonly Customer[], index: number): Customer {
  const customer = customers[index % customers.length];
  if (customer === undefined) throw new Error('there are no customers');
  return customer;
}
