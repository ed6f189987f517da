import { Feed, type FeedReport, type ObservedTable } from '@dualwrite/connector';
import type { DataversePage } from '@dualwrite/odata';
import type { TableSchema } from '@dualwrite/schemas';
import { configureLog, SideUnavailable } from '@dualwrite/telemetry';
import { RowVersionFeed } from './row-version-feed';
import { TrackedVirtualTables } from './tracked-virtual-tables';

const SWEEP_MS = 60_000;
const INTERVAL_MS = 5_000;
const schema = {
  side: 'fo',
  companyColumn: null,
  table: 'CustomerGroups',
  entitySet: 'CustomerGroups',
  entityType: 'Microsoft.Dynamics.DataEntities.CustomerGroup',
  key: ['CustomerGroupId'],
  columns: new Map([['CustomerGroupId', { name: 'CustomerGroupId', type: 'string' }]]),
} as unknown as TableSchema;
const table = { table: 'CustomerGroups', schema } as ObservedTable;
const LINKS = { next: 'page 2', delta: 'delta 1' };

class CountedSweep extends Feed {
  count = 0;
  override turn(): Promise<number> {
    this.count++;
    return Promise.resolve(SWEEP_MS);
  }
  override report(): FeedReport {
    return {
      table: 'CustomerGroups',
      class: 'swept',
      reason: 'no event',
      healMs: SWEEP_MS,
      requestsPerHour: 60,
    };
  }
}

const page = (part: Partial<DataversePage>): DataversePage => ({
  rows: [],
  deleted: [],
  nextLink: null,
  deltaLink: null,
  ...part,
});
const group = (id: string) => ({ mserp_customergroupid: id });

/** A feed at a time of its own, against answers that are given one by one. */
function feedWith(definition: { entitySet: string; isTracked: boolean } | null = SERVED) {
  const world = { nowMs: 1_000_000, answers: [] as (DataversePage | 'expired' | Error)[] };
  const asked: string[] = [];
  const looked: string[] = [];
  const sweep = new CountedSweep();
  const answer = (what: string): Promise<DataversePage | 'expired'> => {
    asked.push(what);
    const next = world.answers.shift() ?? page({ deltaLink: LINKS.delta });
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  const client = {
    trackChanges: ({ entitySet, select }: { entitySet: string; select: readonly string[] }) =>
      answer(`${entitySet} ${select.join()}`) as Promise<DataversePage>,
    followChanges: answer,
    trackedTable: () => Promise.resolve(definition),
  };
  const feed = new RowVersionFeed({
    sweep,
    client,
    tables: new TrackedVirtualTables(client, {}),
    register: {
      look: (_table, ids) => {
        looked.push(...ids);
        return Promise.resolve({} as never);
      },
    },
    intervalMs: INTERVAL_MS,
    pageRowCountMax: 5_000,
    now: () => world.nowMs,
  });
  const turn = (): Promise<number> => feed.turn(table, () => true, false);
  /** Turns after which so much time is over. */
  const pass = async (ms: number): Promise<void> => {
    for (const endMs = world.nowMs + ms; world.nowMs < endMs;) world.nowMs += Math.max(await turn(), 1);
  };
  return { world, feed, sweep, asked, looked, turn, pass };
}
const SERVED = { entitySet: 'mserp_customergroupentities', isTracked: true };

describe('RowVersionFeed', () => {
  beforeAll(() => configureLog({ level: 'silent' }));

  it('reads the keys once, page by page, beside the sweep; then what has changed is looked at in F&O', async () => {
    const { world, asked, looked, sweep, turn } = feedWith();
    world.answers.push(page({ rows: [group('1')], nextLink: LINKS.next }), page({ deltaLink: LINKS.delta }));
    expect(await turn()).toBe(0);
    expect(await turn()).toBe(INTERVAL_MS);
    expect(looked).toEqual([]);
    world.nowMs += INTERVAL_MS;
    world.answers.push(page({ rows: [group('7'), group('8'), group('7')], deltaLink: 'delta 2' }));
    await turn();
    expect(looked).toEqual(['7', '8']);
    world.nowMs += INTERVAL_MS;
    await turn();
    expect(asked).toEqual([
      'mserp_customergroupentities mserp_customergroupid',
      LINKS.next,
      LINKS.delta,
      'delta 2',
    ]);
    expect(sweep.count).toBe(1);
  });

  it('a delete makes the sweep due, and many deletes make no more of it', async () => {
    const { world, sweep, turn, pass } = feedWith();
    await turn();
    for (let count = 0; count < 3; count++)
      world.answers.push(page({ deleted: [`id ${count}`], deltaLink: LINKS.delta }));
    await pass(25_000);
    expect(sweep.count).toBe(3);
    await pass(SWEEP_MS - 20_000);
    expect(sweep.count).toBe(3);
  });

  it('with Dataverse away the sweep goes on, and the same link is asked again', async () => {
    const { world, asked, feed, sweep, turn, pass } = feedWith();
    await turn();
    world.answers.push(new SideUnavailable('dataverse is away', 20_000));
    await pass(2 * SWEEP_MS);
    expect(sweep.count).toBeGreaterThanOrEqual(2);
    expect(new Set(asked.slice(1))).toEqual(new Set([LINKS.delta]));
    expect(feed.report(table).class).toBe('polled');
  });

  it('a link that is too old: reading begins anew, and the sweep is due', async () => {
    const { world, asked, sweep, turn } = feedWith();
    await turn();
    world.nowMs += INTERVAL_MS;
    world.answers.push('expired');
    await turn();
    await turn();
    expect(asked[2]).toBe(asked[0]);
    expect(sweep.count).toBe(2);
  });

  it.each([
    [null, 'Dataverse shows no virtual table mserp_customergroupentity'],
    [{ ...SERVED, isTracked: false }, 'change tracking of mserp_customergroupentity is off'],
  ])(
    'where it is not offered (%j) the sweep alone goes on, and the report says why',
    async (definition, why) => {
      const { feed, asked, sweep, pass } = feedWith(definition);
      await pass(SWEEP_MS);
      expect(asked).toEqual([]);
      expect(sweep.count).toBe(1);
      expect(feed.report(table)).toMatchObject({ class: 'swept', reason: expect.stringContaining(why) });
    },
  );
});
