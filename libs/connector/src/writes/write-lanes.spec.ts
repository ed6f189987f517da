import type { Priority } from '@dualwrite/odata';
import { SideUnavailable } from '@dualwrite/telemetry';
import { aWrite } from '../core/testing/entries';
import type { ObservedTable } from '../side-port';
import type { BulkCreator } from './bulk-creator';
import type { DeferredWrites } from './deferred-writes';
import type { KeyedWrite, WriteExecutor } from './write-executor';
import { WriteLanes, type WriteJob } from './write-lanes';

const table = { table: 'accounts' } as ObservedTable;

/** Lanes whose executor only notes what it was given. */
function lanesWith(
  waits: Readonly<Record<Priority, number>>,
  carryOut: (id: string) => Promise<void> = () => Promise.resolve(),
) {
  const sent: string[] = [];
  const ended: string[] = [];
  const executor: Pick<WriteExecutor, 'execute'> = {
    execute: async (_table, write) => {
      sent.push(write.id);
      await carryOut(write.id);
      return { kind: 'ended' };
    },
  };
  const budgets = { waitMs: (priority: Priority) => waits[priority] };
  const lanes = new WriteLanes(
    executor as WriteExecutor,
    {} as DeferredWrites,
    4,
    { budgets: budgets as never, createCountMax: () => 0 },
    { mayTake: () => false } as unknown as BulkCreator,
    { execute: () => Promise.resolve() },
  );
  const job = (id: string, isBulk: boolean): WriteJob => ({
    table,
    write: { ...(aWrite() as KeyedWrite), id, nativeId: id, isBulk },
    traceparent: '',
    done: () => void ended.push(id),
  });
  return { lanes, job, sent, ended };
}

describe('WriteLanes', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('given no budget for bulk, then live writes go on, and bulk comes again when the budget says so', async () => {
    const { lanes, job, sent, ended } = lanesWith({ live: 0, bulk: 3_000 });
    const jobs = [job('bulk1', true), job('live1', false), job('bulk2', true), job('live2', false)];
    await expect(lanes.run(jobs, () => false)).rejects.toMatchObject({ retryAfterMs: 3_000 });
    expect(sent.sort()).toEqual(['live1', 'live2']);
    expect(ended.sort()).toEqual(['live1', 'live2']);
  });

  it('given no budget at all, then nothing is marked or sent, and the partition rests', async () => {
    const { lanes, job, sent } = lanesWith({ live: 2_500, bulk: 9_000 });
    await expect(lanes.run([job('live', false)], () => false)).rejects.toBeInstanceOf(SideUnavailable);
    expect(sent).toEqual([]);
  });

  it('given one is sent away while another waits for its turn, then the partition rests no longer than it was told', async () => {
    const { lanes, job } = lanesWith({ live: 0, bulk: 0 }, async (id) => {
      if (id === 'away') throw new SideUnavailable('no turn', 1_500);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
    });
    const run = lanes.run([job('away', false), job('waits', false)], () => false);
    const told = expect(run).rejects.toMatchObject({ retryAfterMs: 300 });
    await jest.advanceTimersByTimeAsync(1_200);
    await told;
  });

  it('given budget, then all are carried out', async () => {
    const { lanes, job, ended } = lanesWith({ live: 0, bulk: 0 });
    await lanes.run([job('a', true), job('b', false)], () => false);
    expect(ended.sort()).toEqual(['a', 'b']);
  });
});
