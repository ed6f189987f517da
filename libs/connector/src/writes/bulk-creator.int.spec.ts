import { Names, type MapRecord, type Observation } from '@dualwrite/events';
import { leaseMigration, openDatabase, outboxMigration } from '@dualwrite/persistence';
import { configureLog, SideUnavailable } from '@dualwrite/telemetry';
import { Cleanups, testDatabase } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { aWrite } from '../core/testing/entries';
import { Register } from '../register/register';
import { ConnectorTables1700000001000, RegisterChanges1700000002000 } from '../register/register.migration';
import { RegisterStore } from '../register/register-store';
import type { CreatedMany, ObservedTable, SideAnswer } from '../side-port';
import { RowsSide } from '../testing/rows-side';
import { BulkCreator } from './bulk-creator';
import { DeferredWrites } from './deferred-writes';
import { BegunWrites } from './begun-writes';
import { RunEpochs } from './run-epochs';
import { WriteExecutor, type KeyedWrite } from './write-executor';
import { WriteLanes, type WriteJob } from './write-lanes';

const COUNT = 40;
const table = { table: 'account', columns: ['name'], columnSet: 'set-1' } as unknown as ObservedTable;
const map = { name: 'm', version: 1, desired: 'running', runEpoch: 1, baseline: 1 } as unknown as MapRecord;

/** Creates all rows of a request or none, like the real one; rows named `bad` are refused, alone with a reason. */
class CreatingSide extends RowsSide {
  readonly requests: string[] = [];
  next: CreatedMany | null = null;

  override createCountMax(): number {
    return 100;
  }

  override createMany(_table: ObservedTable, writes: readonly KeyedWrite[]): Promise<CreatedMany> {
    this.requests.push(`create ${writes.length}`);
    const { next } = this;
    this.next = null;
    if (next !== null && next.kind !== 'lost') return Promise.resolve(next);
    if (writes.some(isBad))
      return Promise.resolve({ kind: 'rejected', code: '0x1', text: 'something is bad' });
    for (const write of writes) this.put(write);
    return Promise.resolve(next ?? { kind: 'done' });
  }

  override readRows(of: ObservedTable, ids: readonly string[]): ReturnType<RowsSide['readRows']> {
    this.requests.push(`read ${ids.length}`);
    return super.readRows(of, ids);
  }

  override send(_table: ObservedTable, write: KeyedWrite): Promise<SideAnswer> {
    this.requests.push(`send ${write.nativeId}`);
    if (isBad(write))
      return Promise.resolve({ kind: 'rejected', code: '0x2', text: `${write.nativeId} is bad` });
    return Promise.resolve({ kind: 'done', row: { nativeId: write.nativeId, row: this.put(write) } });
  }

  private put({ nativeId, patch }: KeyedWrite) {
    // The server has forms of its own: what is told is what is read behind the write.
    const row = { id: nativeId, version: 'v1', cells: { name: `${String(patch['name'])}!` } };
    this.rows.set(nativeId, row);
    return row;
  }
}

const isBad = ({ patch }: KeyedWrite): boolean => patch['name'] === 'bad';

describe('creates of a load', () => {
  const cleanups = new Cleanups();
  let database: DataSource;
  let side: CreatingSide;
  let lanes: WriteLanes;

  beforeAll(async () => {
    configureLog({ level: 'silent' });
    const { url, schema, drop } = testDatabase();
    cleanups.add(drop);
    database = await openDatabase({
      url,
      schema,
      migrations: [
        outboxMigration,
        leaseMigration,
        ConnectorTables1700000001000,
        RegisterChanges1700000002000,
      ],
    });
    cleanups.add(() => database.destroy());
  });
  afterAll(() => cleanups.run());
  beforeEach(async () => {
    await database.query('truncate register, outbox, deferred_write');
    side = new CreatingSide();
    const register = new Register({
      store: new RegisterStore(database, 'dataverse'),
      side,
      names: new Names('t'),
      service: 'dataverse-connector',
      life: { epoch: 1 },
      currentTable: () => table,
    });
    const runs = new RunEpochs();
    runs.take(map);
    const options = { register, side, runs, begun: new BegunWrites(), settleMs: 5_000 };
    lanes = new WriteLanes(
      new WriteExecutor(options),
      new DeferredWrites(database),
      16,
      side,
      new BulkCreator(options),
      { execute: () => Promise.resolve() },
    );
  });

  const ended: string[] = [];
  beforeEach(() => void ended.splice(0));

  function job(index: number, name: string): WriteJob {
    const id = `row-${index}`;
    const members = { id: `p${index}:1`, pairId: `p${index}`, intent: 1, map: 'm', runEpoch: 1, open: [1] };
    const write = aWrite({
      ...members,
      kind: 'create',
      table: 'account',
      nativeId: id,
      rowId: id,
      expects: null,
      source: `f${index}`,
      patch: { name },
      registerEpoch: 1,
      isBulk: true,
    }) as KeyedWrite;
    return { table, write, traceparent: '', done: () => void ended.push(id) };
  }

  const jobs = (bad: readonly number[] = []): WriteJob[] =>
    Array.from({ length: COUNT }, (_, index) => job(index, bad.includes(index) ? 'bad' : `name ${index}`));

  /** The newest observation of each row, with the outcome of its write. */
  async function outcomes(): Promise<Map<string, { name: unknown; outcome: string; text?: string }>> {
    const rows = await database.query<{ value: Buffer }[]>(
      `select value from outbox where topic = 't.dataverse.account.observations' order by id`,
    );
    return new Map(
      rows.map(({ value }) => {
        const { nativeId, row, results } = JSON.parse(value.toString()) as Observation;
        const [result] = Object.values(results);
        const { outcome = 'none', text } = result ?? {};
        return [nativeId, { name: row?.cells['name'], outcome, ...(text ? { text } : {}) }];
      }),
    );
  }

  it('go as one request with one look behind it, and each row is told its form', async () => {
    await lanes.run(jobs(), () => false);
    expect(side.requests).toEqual([`create ${COUNT}`, `read ${COUNT}`]);
    const told = await outcomes();
    expect(told.size).toBe(COUNT);
    expect(told.get('row-7')).toEqual({ name: 'name 7!', outcome: 'applied' });
    expect(ended).toHaveLength(COUNT);
  });

  it('come again and are known: nothing is sent a second time', async () => {
    await lanes.run(jobs(), () => false);
    side.requests.splice(0);
    await lanes.run(jobs(), () => false);
    expect(side.requests.filter((request) => !request.startsWith('read'))).toEqual([]);
  });

  it('given rows that are refused, then these are told why, and all the others are made', async () => {
    await lanes.run(jobs([3, 30]), () => false);
    const told = await outcomes();
    expect(told.get('row-3')).toEqual({ name: undefined, outcome: 'rejected', text: 'row-3 is bad' });
    expect(told.get('row-30')).toEqual({ name: undefined, outcome: 'rejected', text: 'row-30 is bad' });
    const applied = [...told.values()].filter(({ outcome }) => outcome === 'applied');
    expect(applied).toHaveLength(COUNT - 2);
    expect(ended).toHaveLength(COUNT);
    expect(side.requests.length).toBeLessThan(COUNT);
  });

  it('given an answer that is lost, then all wait until nothing floats, and are looked at, not made again', async () => {
    side.next = { kind: 'lost', text: 'cut' };
    await lanes.run(jobs(), () => false);
    const [waiting] = await database.query<{ count: string }[]>(
      'select count(*) as count from deferred_write',
    );
    expect(Number(waiting?.count)).toBe(COUNT);
    expect(ended).toHaveLength(COUNT);
    const marks = await database.query<{ results: Record<string, { outcome: string }> }[]>(
      'select results from register',
    );
    expect(marks.every(({ results }) => Object.values(results)[0]?.outcome === 'started')).toBe(true);
  });

  it('given that the side is busy, then the marks are taken back and all come again as new', async () => {
    side.next = { kind: 'throttled', retryAfterMs: 1_234 };
    await expect(lanes.run(jobs(), () => false)).rejects.toMatchObject({
      constructor: SideUnavailable,
      retryAfterMs: 1_234,
    });
    expect(ended).toEqual([]);
    await lanes.run(jobs(), () => false);
    const told = await outcomes();
    expect([...told.values()].every(({ outcome }) => outcome === 'applied')).toBe(true);
  });

  it('given a table that does not offer it, then they go one by one', async () => {
    side.next = { kind: 'not-offered' };
    await lanes.run(jobs(), () => false);
    expect(side.requests.filter((request) => request.startsWith('send'))).toHaveLength(COUNT);
    expect((await outcomes()).size).toBe(COUNT);
  });
});
