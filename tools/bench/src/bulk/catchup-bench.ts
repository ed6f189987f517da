import { SIDES } from '@dualwrite/events';
import type { Bench } from '../bench';
import { machine } from '../machine';
import { rounded } from '../statistics';
import { EDITED, MAP, pathOf } from './bulk-customers';
import { BulkWorld } from './bulk-world';
import { cpuSeconds, difference } from './cpu';
import type { LiveEdit } from './live-edits';
import { peakRssMb, rssMb } from './memory';
import { staleRowCount } from './shown-values';

const CHANGE_COUNT_DEFAULT = 100_000;
const PEOPLE_COUNT = 16;
const DEADLINE_MS = 60 * 60_000;

/** A map is paused, people of both sides go on editing, each row once, and then it is resumed. */
export const catchupBench: Bench = {
  name: 'catchup',
  about:
    'from the resume of a map to both sides in step, after --rows changes while it was paused; reference: the changes themselves, by plain PATCH',
  async run({ talk, rows: changeCount = CHANGE_COUNT_DEFAULT }) {
    const world = await BulkWorld.start({}, talk);
    const { stack } = world;
    try {
      for (const side of SIDES) await world.load(side, { from: 0, count: changeCount });
      await world.startMap();
      await world.until(
        'the rows agree',
        ({ state, unchanged }) => state === 'running' && unchanged === changeCount,
        { deadlineMs: DEADLINE_MS },
      );
      await stack.dw.act('pause', MAP);
      const editedAt = performance.now();
      const edits = await editAll(world, changeCount);
      const theirs = changeCount / ((performance.now() - editedAt) / 1_000);
      talk(`edited while paused: ${Math.round(theirs)} changes/s`);

      const cpuBefore = await cpuSeconds(stack);
      const rssBefore = await rssMb(stack);
      const startedAt = performance.now();
      await stack.dw.act('resume', MAP);
      const status = await world.until(
        'all is in step',
        ({ state, inStep }) => state === 'running' && inStep,
        { deadlineMs: DEADLINE_MS },
      );
      const seconds = (performance.now() - startedAt) / 1_000;
      const cpu = difference(cpuBefore, await cpuSeconds(stack));
      if (status.parked > 0) throw new Error(`${status.parked} rows were parked`);
      const ours = changeCount / seconds;
      return {
        name: 'catchup',
        machine: machine(),
        reference: { name: 'the changes by plain PATCH', value: rounded(theirs, 0), unit: 'changes/s' },
        ours: { value: rounded(ours, 0), unit: 'changes/s' },
        ratio: rounded(ours / theirs),
        runs: 1,
        spread: 0,
        details: {
          changes: changeCount,
          seconds: rounded(seconds, 1),
          rowsNotInStep: await staleRowCount(stack, edits),
          cpuSeconds: cpu,
          rssMb: { before: rssBefore, peak: await peakRssMb(stack) },
        },
      };
    } finally {
      await stack.stop();
    }
  },
};

/** Every other row is edited in F&O, the rest in Dataverse. */
async function editAll({ stack }: BulkWorld, count: number): Promise<readonly LiveEdit[]> {
  const edits: LiveEdit[] = [];
  const person = async (): Promise<void> => {
    for (let number = edits.length; number < count; number = edits.length) {
      const side = number % 2 === 0 ? 'fo' : 'dataverse';
      const edit = { side, number, value: `while paused ${number}` } as const;
      edits.push(edit);
      await stack.person.patch(side, pathOf(side, number), { [EDITED[side]]: edit.value });
    }
  };
  await Promise.all(Array.from({ length: PEOPLE_COUNT }, person));
  return edits;
}
