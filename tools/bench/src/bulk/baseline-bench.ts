import { SIDES } from '@dualwrite/events';
import type { Bench } from '../bench';
import { machine } from '../machine';
import { rounded } from '../statistics';
import { cpuSeconds, difference } from './cpu';
import { BulkWorld } from './bulk-world';
import { peakRssMb } from './memory';

const ROW_COUNT_DEFAULT = 200_000;
const DEADLINE_MS = 30 * 60_000;

/** Both sides hold the same rows; the product sees them for the first time, reads all and pairs them. Nothing is written. */
export const baselineBench: Bench = {
  name: 'baseline',
  about:
    'baseline read and pairing of --rows equal rows a side; reference: the same rows read page by page, and dropped',
  async run({ talk, rows: rowCount = ROW_COUNT_DEFAULT }) {
    const world = await BulkWorld.start({}, talk);
    try {
      for (const side of SIDES) await world.load(side, { from: 0, count: rowCount });
      const reference = await world.plainRead();
      talk(`plain read: ${Math.round(reference.rowCount / reference.seconds)} rows/s`);
      const writesBefore = await writeCount(world);
      const cpuBefore = await cpuSeconds(world.stack);
      const startedAt = performance.now();
      await world.startMap();
      const status = await world.until(
        'all rows are read and paired',
        ({ state, unchanged }) => state === 'running' && unchanged === rowCount,
        { deadlineMs: DEADLINE_MS },
      );
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpu = difference(cpuBefore, await cpuSeconds(world.stack));
      const written = (await writeCount(world)) - writesBefore;
      if (written > 0 || status.parked > 0)
        throw new Error(`equal rows led to ${written} writes and ${status.parked} parked pairs`);
      const ours = (2 * rowCount) / seconds;
      const theirs = reference.rowCount / reference.seconds;
      return {
        name: 'baseline',
        machine: machine(),
        reference: {
          name: 'both tables read page by page by plain HTTP',
          value: rounded(theirs, 0),
          unit: 'rows/s',
        },
        ours: { value: rounded(ours, 0), unit: 'rows/s', pairsPerSecond: rounded(ours / 2, 0) },
        ratio: rounded(ours / theirs),
        runs: 1,
        spread: 0,
        details: {
          rowsPerSide: rowCount,
          seconds: rounded(seconds, 1),
          cpuSeconds: cpu,
          peakRssMb: await peakRssMb(world.stack),
        },
      };
    } finally {
      await world.stack.stop();
    }
  },
};

async function writeCount({ stack }: BulkWorld): Promise<number> {
  const counts = await Promise.all(SIDES.map(async (side) => (await stack.sandbox(side)).writeCount()));
  return counts.reduce((sum, count) => sum + count, 0);
}
