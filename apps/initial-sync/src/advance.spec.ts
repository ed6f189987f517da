import type { RequestStatus } from '@dualwrite/events';
import { advance, type Advance, type AdvanceSettings, type SyncState } from './advance';
import type { BaselineRun, PlannedMap } from './baseline-run';
import type { TableRead } from './table-read';

const settings: AdvanceSettings = {
  chunkRowCountMax: 1000,
  answerTimeoutMs: 30_000,
  readsPerSideMax: 4,
  rowsPerSecondMax: null,
};

const groups = aMap('groups', { fo: 'CustomerGroups', dataverse: 'msdyn_customergroup' }, []);
const customers = aMap('customers', { fo: 'CustomersV3', dataverse: 'account' }, ['msdyn_customergroup']);

describe('advance', () => {
  describe('given a map that was started', () => {
    it('when both connectors know it, then the first chunk of each of its tables is asked for', () => {
      const world = new World([groups]);
      world.pass();
      expect(world.counts).toHaveLength(3);
      expect(world.requests.map(({ kind, side, table }) => [kind, side, table])).toEqual([
        ['read-chunk', 'fo', 'CustomerGroups'],
        ['read-chunk', 'dataverse', 'msdyn_customergroup'],
        ['read-chunk', 'dataverse', 'cdm_company'],
      ]);
    });

    it('when it goes into shadow instead, then both sides are read all the same', () => {
      const world = new World([{ ...groups, desired: 'shadow' }]);
      world.pass();
      expect(world.requests.map(({ kind, table }) => [kind, table])).toContainEqual([
        'read-chunk',
        'CustomerGroups',
      ]);
    });

    it('when a connector has not taken it over, then nothing is asked, and it says who is waited for', () => {
      const world = new World([groups]);
      world.missing = ['fo-connector a'];
      const { waiting } = world.pass();
      expect(world.requests).toEqual([]);
      expect([...waiting.values()]).toEqual(['waiting for fo-connector a to take the map over']);
    });

    it('when chunks are answered, then the next begins at the cursor, and the cover names the epoch of all', () => {
      const world = new World([groups]);
      world.pass();
      world.answer('CustomerGroups', { nextCursor: 'c1', rowCount: 1000 });
      expect(world.requests.at(-1)).toMatchObject({ kind: 'read-chunk', chunk: 1, cursor: 'c1' });
      world.answer('CustomerGroups', { nextCursor: null, rowCount: 7 });
      expect(world.requests.at(-1)).toMatchObject({
        kind: 'cover',
        table: 'CustomerGroups',
        epoch: 1,
        baselines: { groups: 1 },
      });
    });

    it('when the chunks before have not settled, then none is asked until they have; the cover needs no credit', () => {
      const world = new World([groups]);
      world.pass();
      world.requests.splice(0);
      world.hasCredit = false;
      world.answer('CustomerGroups', { nextCursor: 'c1', rowCount: 1000 });
      world.pass();
      expect(world.requests).toEqual([]);
      expect(world.chunks).toBe(1);
      world.hasCredit = true;
      world.pass();
      expect(world.requests).toMatchObject([{ kind: 'read-chunk', chunk: 1, cursor: 'c1' }]);
      world.hasCredit = false;
      world.answer('CustomerGroups', { nextCursor: null });
      expect(world.requests.at(-1)).toMatchObject({ kind: 'cover' });
    });

    it('when a rate is set, then the next chunk waits until the rows of the last one have had their time', () => {
      const world = new World([groups]);
      world.rowsPerSecondMax = 500;
      world.pass();
      world.requests.splice(0);
      world.answer('CustomerGroups', { nextCursor: 'c1', rowCount: 1000 });
      world.nowMs += 1_999;
      world.pass();
      expect(world.requests).toEqual([]);
      world.nowMs += 1;
      world.pass();
      expect(world.requests).toMatchObject([{ kind: 'read-chunk', chunk: 1 }]);
    });

    it('when all its tables are covered, then its run is done with all rows counted', () => {
      const world = new World([groups]);
      world.pass();
      world.drain();
      expect(world.run('groups')).toMatchObject({ state: 'done' });
      expect([...world.reads.values()].map((read) => [read.table, read.state, read.rowCount])).toEqual([
        ['CustomerGroups', 'done', 10],
        ['msdyn_customergroup', 'done', 10],
        ['cdm_company', 'done', 10],
      ]);
      expect(world.chunks).toBe(3);
    });

    it('when a side has said how many rows a table has, then the read knows, and asks no more', () => {
      const world = new World([groups]);
      world.pass();
      const [count] = world.counts;
      if (count === undefined) throw new Error('nothing was counted');
      world.answers.set(count.id, {
        ...{ kind: 'request', id: count.id, side: count.side, table: count.table, company: '*', runId: null },
        ...{ outcome: 'done', rowCount: 4_711, nextCursor: null, epoch: 1, at: '' },
      });
      world.pass();
      world.pass();
      expect(world.read(count.table).totalCount).toBe(4_711);
      expect(world.counts).toHaveLength(3);
    });

    it('when an answer does not come, then the same request is asked again under the same id', () => {
      const world = new World([groups]);
      world.pass();
      const asked = world.requests.splice(0);
      world.nowMs += 30_000;
      world.pass();
      expect(world.requests).toEqual(asked);
    });

    it('when a side is away, then it is asked again later under another id, ever more slowly', () => {
      const world = new World([groups]);
      world.pass();
      const [first] = world.requests.splice(0);
      world.answer('CustomerGroups', { outcome: 'failed', code: 'side-unavailable' });
      expect(world.requests).toEqual([]);
      world.nowMs += 1_000;
      world.pass();
      const [second] = world.requests.splice(0);
      expect(second).toMatchObject({ kind: 'read-chunk', chunk: 0, cursor: null });
      expect(second?.id).not.toBe(first?.id);
      world.answer('CustomerGroups', { outcome: 'failed', code: 'side-unavailable' });
      world.nowMs += 1_000;
      world.pass();
      expect(world.requests).toEqual([]);
    });

    it('when a register begins a new epoch in the middle, then the table is read from its beginning', () => {
      const world = new World([groups]);
      world.pass();
      world.answer('CustomerGroups', { nextCursor: 'c1', rowCount: 1000, epoch: 1 });
      world.answer('CustomerGroups', { nextCursor: 'c2', rowCount: 1000, epoch: 2 });
      expect(world.requests.at(-1)).toMatchObject({ kind: 'read-chunk', chunk: 0, cursor: null });
      expect(world.read('CustomerGroups')).toMatchObject({ rowCount: 0, epoch: null });
    });

    it('when it is stopped, then its run is cancelled and asks for nothing more', () => {
      const world = new World([groups]);
      world.pass();
      world.requests.length = 0;
      world.setMap({ ...groups, desired: 'stopped', runEpoch: 2 });
      world.nowMs += 60_000;
      world.pass();
      expect(world.run('groups')).toMatchObject({ state: 'cancelled' });
      expect(world.requests).toEqual([]);
    });

    it('when it is paused and resumed, then it is not read again', () => {
      const world = new World([groups]);
      world.pass();
      world.drain();
      world.setMap({ ...groups, runEpoch: 3, changedAtMs: world.nowMs });
      expect(world.pass().runs).toEqual([]);
    });

    it('when it is stopped and started again, then both sides are read anew', () => {
      const world = new World([groups]);
      world.pass();
      world.drain();
      world.requests.length = 0;
      world.nowMs += 1_000;
      world.setMap({ ...groups, runEpoch: 3, baseline: 2, changedAtMs: world.nowMs });
      world.pass();
      expect(world.requests.map((request) => request.table)).toEqual([
        'CustomerGroups',
        'msdyn_customergroup',
        'cdm_company',
      ]);
    });
  });

  describe('given a map that points at the table of another', () => {
    it('when both are started, then it is read after that one, and what they share is read once', () => {
      const world = new World([customers, groups]);
      world.pass();
      expect(world.requests.map((request) => request.table)).not.toContain('CustomersV3');
      world.requests.length = 0;
      world.drain();
      expect(world.run('customers')).toMatchObject({ state: 'done' });
      const read = [...world.reads.values()].map((one) => one.table);
      expect(read.sort()).toEqual([
        'CustomerGroups',
        'CustomersV3',
        'account',
        'cdm_company',
        'msdyn_customergroup',
      ]);
    });

    it('when one is started anew while the shared table is read, then that read does not count for its new baseline', () => {
      const world = new World([customers, groups]);
      world.pass();
      world.nowMs += 1_000;
      world.setMap({ ...customers, runEpoch: 3, baseline: 2 });
      world.pass();
      world.answer('msdyn_customergroup', { nextCursor: null });
      expect(world.requests.at(-1)).toMatchObject({ kind: 'cover', baselines: { groups: 1 } });
    });

    it('when that one fails again and again, then it is read all the same', () => {
      const world = new World([customers, groups]);
      world.pass();
      for (let failure = 0; failure < 3; failure += 1) {
        world.answer('CustomerGroups', { outcome: 'failed', code: 'refused' });
        world.nowMs += 30_000;
        world.pass();
      }
      world.pass();
      expect(world.requests.map((request) => request.table)).toContain('CustomersV3');
    });
  });
});

function aMap(name: string, table: PlannedMap['table'], dependsOn: readonly string[]): PlannedMap {
  return {
    name,
    desired: 'running',
    runEpoch: 1,
    baseline: 1,
    changedAtMs: 1_000,
    table,
    tables: [
      { side: 'fo', table: table.fo },
      { side: 'dataverse', table: table.dataverse },
      ...['cdm_company', ...dependsOn].map((lookup) => ({ side: 'dataverse' as const, table: lookup })),
    ],
    dependsOn: ['cdm_company', ...dependsOn],
  };
}

/** Holds what the database would, and answers requests as a connector would. */
class World {
  nowMs = 2_000;
  missing: string[] = [];
  hasCredit = true;
  rowsPerSecondMax: number | null = null;
  chunks = 0;
  readonly maps: Map<string, PlannedMap>;
  readonly runs = new Map<string, BaselineRun>();
  readonly reads = new Map<string, TableRead>();
  readonly answers = new Map<string, RequestStatus>();
  readonly requests: Advance['requests'][number][] = [];
  readonly counts: Advance['requests'][number][] = [];
  private lastId = 0;

  constructor(maps: readonly PlannedMap[]) {
    this.maps = new Map(maps.map((map) => [map.name, map]));
  }

  pass(): Advance {
    const state: SyncState = {
      maps: this.maps,
      runs: [...this.runs.values()],
      reads: this.reads,
      answers: this.answers,
      columnSets: new Map(),
      hasCredit: () => this.hasCredit,
      missing: () => this.missing,
    };
    const result = advance(
      state,
      { ...settings, rowsPerSecondMax: this.rowsPerSecondMax },
      this.nowMs,
      () => `id${++this.lastId}`,
    );
    for (const run of result.runs) this.runs.set(run.id, run);
    for (const read of result.reads) this.reads.set(read.id, read);
    // How many rows there are is asked beside it, and nothing hangs on it.
    this.counts.push(...result.requests.filter(({ kind }) => kind === 'count'));
    this.requests.push(...result.requests.filter(({ kind }) => kind !== 'count'));
    this.chunks += result.chunks.length;
    return result;
  }

  answer(table: string, answer: Partial<RequestStatus>): void {
    const read = this.read(table);
    if (read.requestId === null) throw new Error(`${table} was not asked`);
    this.answers.set(read.requestId, {
      kind: 'request',
      id: read.requestId,
      side: read.side,
      table,
      company: read.company,
      runId: read.id,
      outcome: 'done',
      rowCount: 0,
      nextCursor: null,
      epoch: 1,
      at: '',
      ...answer,
    });
    this.pass();
  }

  /** Answers everything until nothing is asked any more. */
  drain(): void {
    for (let round = 0; round < 100; round += 1) {
      const open = [...this.reads.values()].find((read) => read.requestId !== null);
      if (open) this.answer(open.table, { rowCount: open.state === 'covering' ? 0 : 10 });
      else if (this.pass().requests.length === 0) return;
    }
  }

  read(table: string): TableRead {
    const found = [...this.reads.values()].filter((read) => read.table === table).at(-1);
    if (!found) throw new Error(`no read of ${table}`);
    return found;
  }

  run(map: string): BaselineRun | undefined {
    return [...this.runs.values()].filter((run) => run.map === map).at(-1);
  }

  setMap(map: PlannedMap): void {
    this.maps.set(map.name, map);
  }
}
