import { SIDES } from '@dualwrite/events';
import type { RunningStack } from '@dualwrite/e2e';
import type { Bench } from '../bench';
import { machine } from '../machine';
import { percentile, rounded } from '../statistics';
import { MAP } from './bulk-customers';
import { BulkWorld } from './bulk-world';
import { cpuSeconds, difference } from './cpu';
import { EditedValues, LiveEdits, type LiveEdit } from './live-edits';
import { rssMb } from './memory';
import { logPositions, rowsReadTwice } from './read-log';
import { staleRowCount } from './shown-values';

const ROW_COUNT_DEFAULT = 200_000;
const EDITS_PER_SECOND_DEFAULT = 100;
/** On both sides from the beginning: the rows that people edit while the others are loaded. */
const LIVE_ROW_COUNT = 2_000;
/** Of every so many edits one is of a row that is being loaded. */
const LOADED_ROW_EDIT_EVERY = 10;
const WARM_UP_S = 10;
const IDLE_S = 20;
const DEADLINE_MS = 60 * 60_000;
const LOOK_EVERY_MS = 200;
/** Pages of this size are of initial-sync alone: that is how its reads are known in the sandboxes' logs. */
const FEED_PAGE_ROW_COUNT = 900;

/**
 * Rows that are in F&O alone are read, and made in Dataverse by HTTP, while people edit rows on both sides and
 * initial-sync is killed half way.
 */
export const loadBench: Bench = {
  name: 'load',
  about:
    'full load of --rows rows that one side has, with --edits edits/s going on and a kill -9 at half; reference: live p99 when idle',
  async run({ talk, rows: rowCount = ROW_COUNT_DEFAULT, edits: perSecond = EDITS_PER_SECOND_DEFAULT }) {
    const world = await BulkWorld.start({ PAGE_ROW_COUNT_MAX: String(FEED_PAGE_ROW_COUNT) }, talk);
    const { stack } = world;
    try {
      for (const side of SIDES) await world.load(side, { from: 0, count: LIVE_ROW_COUNT });
      await world.startMap();
      await world.until(
        'the live rows agree',
        ({ state, unchanged }) => state === 'running' && unchanged === LIVE_ROW_COUNT,
        {
          deadlineMs: DEADLINE_MS,
        },
      );
      const values = new EditedValues(stack);
      values.follow();
      await edited(stack, { label: 'warm', perSecond, seconds: WARM_UP_S });
      const idle = await edited(stack, { label: 'idle', perSecond, seconds: IDLE_S });
      await world.until('the idle edits have arrived', ({ inStep }) => inStep, { deadlineMs: DEADLINE_MS });

      const madeBefore = await values.madeCount();
      await world.load('fo', { from: LIVE_ROW_COUNT, count: rowCount });
      const readSince = await logPositions(stack);
      const cpuBefore = await cpuSeconds(stack);
      const rssBefore = await rssMb(stack);
      const startedAt = performance.now();
      await stack.dw.act('stop', MAP);
      await stack.dw.act('start', MAP);
      const live = new LiveEdits(
        stack,
        (count) => ({
          side: count % 2 === 0 ? 'fo' : 'dataverse',
          number: count % LIVE_ROW_COUNT,
          ...(count % LOADED_ROW_EDIT_EVERY === 0 && {
            side: 'fo' as const,
            number: LIVE_ROW_COUNT + ((count * 7) % rowCount),
          }),
        }),
        'live',
      );
      live.start(perSecond);
      await untilMade(world, values, madeBefore + rowCount / 2);
      const rssHalf = await rssMb(stack);
      talk('half of the rows are there: killing initial-sync');
      await stack.kill('initial-sync');
      await untilMade(world, values, madeBefore + rowCount);
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpu = difference(cpuBefore, await cpuSeconds(stack));
      const rssEnd = await rssMb(stack);
      const made = await live.stop();
      await world.until('all is in step', ({ state, inStep }) => state === 'running' && inStep, {
        deadlineMs: DEADLINE_MS,
      });
      await values.stop();

      const idleMs = values.latenciesMs(idle);
      const ofLiveRows = made.filter(({ number }) => number < LIVE_ROW_COUNT);
      const liveMs = values.latenciesMs(ofLiveRows);
      const reference = percentile(idleMs, 0.99);
      const p99 = percentile(liveMs, 0.99);
      const rowsPerSecond = rowCount / seconds;
      return {
        name: 'load',
        machine: machine(),
        reference: { name: 'live p99 when nothing is loaded', value: reference, unit: 'ms' },
        ours: {
          value: rounded(rowsPerSecond, 0),
          unit: 'rows/s',
          liveP50: percentile(liveMs, 0.5),
          liveP99: p99,
        },
        /** Of the live latencies; see `about`. */
        ratio: rounded(p99 / reference, 2),
        runs: 1,
        spread: 0,
        details: {
          rows: rowCount,
          seconds: rounded(seconds, 1),
          editsPerSecond: perSecond,
          edits: { idle: idle.length, live: made.length, measured: liveMs.length },
          idleP50: percentile(idleMs, 0.5),
          staleOverwrites: await staleRowCount(stack, made),
          rowsReadTwice: await rowsReadTwice(stack, { since: readSince, notOfPageSize: FEED_PAGE_ROW_COUNT }),
          cpuSeconds: cpu,
          rssMb: { before: rssBefore, half: rssHalf, end: rssEnd },
        },
      };
    } finally {
      await stack.stop();
    }
  },
};

async function edited(
  stack: RunningStack,
  of: { label: string; perSecond: number; seconds: number },
): Promise<readonly LiveEdit[]> {
  const edits = new LiveEdits(
    stack,
    (count) => ({ side: count % 2 === 0 ? 'fo' : 'dataverse', number: count % LIVE_ROW_COUNT }),
    of.label,
  );
  edits.start(of.perSecond);
  await new Promise((resolve) => setTimeout(resolve, of.seconds * 1_000));
  return edits.stop();
}

async function untilMade(world: BulkWorld, values: EditedValues, countMin: number): Promise<void> {
  const end = Date.now() + DEADLINE_MS;
  for (;;) {
    const count = await values.madeCount();
    if (count >= countMin) return;
    if (Date.now() > end) throw new Error(`only ${count} rows were made`);
    await world.tell();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
