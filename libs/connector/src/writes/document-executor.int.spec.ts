import { Names, type DocumentWrite, type MapRecord, type Observation } from '@dualwrite/events';
import { leaseMigration, openDatabase, outboxMigration } from '@dualwrite/persistence';
import { configureLog, SideUnavailable } from '@dualwrite/telemetry';
import { Cleanups, testDatabase } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { aWrite } from '../core/testing/entries';
import { Register } from '../register/register';
import { ConnectorTables1700000001000, RegisterChanges1700000002000 } from '../register/register.migration';
import { RegisterStore } from '../register/register-store';
import type { DocumentAnswer, ObservedTable, PartToSend } from '../side-port';
import { RowsSide } from '../testing/rows-side';
import { BegunWrites } from './begun-writes';
import { DocumentExecutor } from './document-executor';
import { RunEpochs } from './run-epochs';
import { WriteAbandoner } from './write-abandoner';

const map = { name: 'm', version: 1, desired: 'running', runEpoch: 1, baseline: 1 } as unknown as MapRecord;
const tables = new Map(
  ['order', 'line'].map((name) => [
    name,
    { table: name, columns: ['name'], columnSet: 'set-1' } as unknown as ObservedTable,
  ]),
);

/** Carries out all or nothing, and loses answers when told to. */
class JointSide extends RowsSide {
  sentCount = 0;
  next: 'lost-after' | 'lost-before' | DocumentAnswer | 'crash-after' | null = null;
  conditional = true;

  override isConditional(): boolean {
    return this.conditional;
  }

  override sendTogether(parts: readonly PartToSend[]): Promise<DocumentAnswer> {
    this.sentCount += 1;
    const { next } = this;
    this.next = null;
    if (next !== null && typeof next === 'object') return Promise.resolve(next);
    if (next === 'lost-before') return Promise.resolve({ kind: 'lost', text: 'cut' });
    const stale = parts.some(({ write }) => {
      const row = this.rows.get(write.nativeId);
      return write.kind === 'create' ? row !== undefined : row?.version !== write.expects;
    });
    if (stale) return Promise.resolve({ kind: 'precondition-failed' });
    const rows = parts.map(({ write: { kind, nativeId, patch } }) => {
      if (kind === 'delete') {
        this.rows.delete(nativeId);
        return null;
      }
      const row = { id: nativeId, version: `v${this.sentCount + 1}`, cells: { ...patch } };
      this.rows.set(nativeId, row);
      return { nativeId, row };
    });
    if (next === 'crash-after') throw new Error('killed');
    return Promise.resolve(next === 'lost-after' ? { kind: 'lost', text: 'cut' } : { kind: 'done', rows });
  }
}

describe('given a document of a header and two lines', () => {
  const cleanups = new Cleanups();
  let database: DataSource;
  let side: JointSide;
  let register: Register;
  let runs: RunEpochs;
  let executor: DocumentExecutor;

  beforeAll(async () => {
    configureLog({ level: 'silent' });
    const { url, schema, drop } = testDatabase();
    cleanups.add(drop);
    const migrations = [
      outboxMigration,
      leaseMigration,
      ConnectorTables1700000001000,
      RegisterChanges1700000002000,
    ];
    database = await openDatabase({ url, schema, migrations });
    cleanups.add(() => database.destroy());
  });
  afterAll(() => cleanups.run());
  beforeEach(async () => {
    await database.query('truncate register, outbox, deferred_write');
    side = new JointSide();
    side.rows.set('o1', { id: 'o1', version: 'v1', cells: { name: 'old' } });
    side.rows.set('l1', { id: 'l1', version: 'v1', cells: { name: 'old' } });
    register = new Register({
      store: new RegisterStore(database, 'dataverse'),
      side,
      names: new Names('t'),
      service: 'dataverse-connector',
      life: { epoch: 1 },
      currentTable: (name) => tables.get(name),
    });
    await register.look(tables.get('order') as ObservedTable, ['o1'], 'feed');
    await register.look(tables.get('line') as ObservedTable, ['l1'], 'feed');
    runs = new RunEpochs();
    runs.take(map);
    executor = anExecutor();
    await database.query('truncate outbox');
  });

  const anExecutor = (settleMs = 5_000): DocumentExecutor =>
    new DocumentExecutor({
      ...{ register, side, runs, begun: new BegunWrites(), settleMs },
      names: new Names('t'),
      service: 'dataverse-connector',
      findTable: (name) => tables.get(name),
    });
  const part = (pair: string, given: object): DocumentWrite['parts'][number] => {
    const members = { id: `${pair}:1`, pairId: pair, intent: 1, map: 'm', runEpoch: 1, open: [1] };
    return aWrite({ ...members, registerEpoch: 1, ...given }) as DocumentWrite['parts'][number];
  };
  const document = (): DocumentWrite => ({
    id: 'd1',
    side: 'dataverse',
    parts: [
      part('h', { table: 'order', nativeId: 'o1', rowId: 'o1', patch: { name: 'order' } }),
      part('a', { table: 'line', nativeId: 'l1', rowId: 'l1', patch: { name: 'line 1' } }),
      part('b', {
        ...{ table: 'line', nativeId: 'l2', rowId: 'l2', kind: 'create', expects: null },
        patch: { name: 'line 2' },
        source: 'f2',
      }),
    ],
  });
  const results = async (): Promise<Record<string, unknown>> => {
    const entries = await database.query<{ results: Record<string, unknown> }[]>(
      'select results from register order by native_id',
    );
    return Object.assign({}, ...entries.map((entry) => entry.results)) as Record<string, unknown>;
  };
  const published = async (): Promise<Observation[]> => {
    const told = await database.query<{ topic: string; value: Buffer }[]>(
      'select topic, value from outbox order by id',
    );
    return told
      .filter(({ topic }) => topic.endsWith('.observations'))
      .map(({ value }) => JSON.parse(value.toString()) as Observation);
  };
  const all = (outcome: object): object => ({ 'h:1': outcome, 'a:1': outcome, 'b:1': outcome });

  it('when the side takes it, then every part is answered with its row, and a replay sends nothing', async () => {
    await executor.execute(document(), '');
    expect(await results()).toEqual(all({ outcome: 'applied' }));
    const told = await published();
    expect(told.map(({ row }) => row?.cells['name']).sort()).toEqual(['line 1', 'line 2', 'order']);
    await executor.execute(document(), '');
    expect(side.sentCount).toBe(1);
    expect(await published()).toHaveLength(told.length);
  });

  it('when one row has moved, then nothing is written, and that part is named', async () => {
    side.rows.set('l1', { id: 'l1', version: 'v9', cells: { name: 'theirs' } });
    await executor.execute(document(), '');
    expect(side.rows.get('o1')?.version).toBe('v1');
    const other = { outcome: 'rejected', code: 'document-refused' };
    expect(await results()).toMatchObject({
      'h:1': other,
      'a:1': { outcome: 'rejected', code: 'conflict' },
      'b:1': other,
    });
    expect((await published()).some(({ row }) => row?.version === 'v9')).toBe(true);
  });

  it("when the side refuses the data and does not say of which part, then all have the side's own words", async () => {
    side.next = { kind: 'rejected', code: 'E1', text: 'no such unit' };
    await executor.execute(document(), '');
    expect(await results()).toEqual(all({ outcome: 'rejected', code: 'E1', text: 'no such unit' }));
  });

  it('when the header was given up before, then no part is ever sent', async () => {
    const [header] = document().parts;
    const abandoner = new WriteAbandoner(register, new Names('t'));
    expect(await abandoner.abandon(header as never, '')).toBe('abandoned');
    await executor.execute(document(), '');
    expect(side.sentCount).toBe(0);
    expect(await results()).toMatchObject(all({ outcome: 'withheld', code: 'abandoned' }));
  });

  it('when it was begun, then giving up its header comes too late', async () => {
    side.next = 'crash-after';
    await expect(executor.execute(document(), '')).rejects.toThrow('killed');
    const abandoner = new WriteAbandoner(register, new Names('t'));
    expect(await abandoner.abandon(document().parts[0] as never, '')).toBe('begun');
  });

  it('when the process dies behind the effect, then its rows tell of all parts', async () => {
    side.next = 'crash-after';
    await expect(executor.execute(document(), '')).rejects.toThrow('killed');
    expect(await results()).toEqual(all({ outcome: 'started' }));
    await anExecutor().execute(document(), '');
    expect(side.sentCount).toBe(1);
    expect(await results()).toEqual(all({ outcome: 'applied' }));
  });

  it('when the answer is lost behind the effect, then it is known at once', async () => {
    side.next = 'lost-after';
    await executor.execute(document(), '');
    expect(await results()).toEqual(all({ outcome: 'applied' }));
  });

  it('when it was lost before the effect, then that is said only when it cannot come any more', async () => {
    side.next = 'lost-before';
    await executor.execute(document(), '');
    expect(await results()).toEqual(all({ outcome: 'started' }));
    await executor.execute(document(), '');
    expect(await results()).toEqual(all({ outcome: 'started' }));
    await database.query(
      `update register set attempts = replace(attempts::text, '"deadlineMs":', '"deadlineMs":-')::json`,
    );
    await executor.execute(document(), '');
    expect(side.sentCount).toBe(1);
    expect(await results()).toMatchObject(all({ outcome: 'rejected', code: 'not-carried-out' }));
  });

  it('when the rows tell neither, then all parts are in doubt', async () => {
    side.next = 'lost-before';
    await executor.execute(document(), '');
    for (const id of ['o1', 'l1']) side.rows.set(id, { id, version: 'v7', cells: { name: 'theirs' } });
    await database.query(
      `update register set attempts = replace(attempts::text, '"deadlineMs":', '"deadlineMs":-')::json`,
    );
    await executor.execute(document(), '');
    expect(await results()).toEqual(all({ outcome: 'in-doubt' }));
  });

  it('when the side is throttled, then all marks are taken back, and it comes again', async () => {
    side.next = { kind: 'throttled', retryAfterMs: 10 };
    await expect(executor.execute(document(), '')).rejects.toBeInstanceOf(SideUnavailable);
    expect(await results()).toEqual({});
    await executor.execute(document(), '');
    expect(await results()).toEqual(all({ outcome: 'applied' }));
  });

  it('when the map has been paused, or versions are not compared, then it is refused by name', async () => {
    side.conditional = false;
    await executor.execute(document(), '');
    expect(await results()).toMatchObject({ 'h:1': { code: 'versions-not-honoured' } });
    await database.query('truncate register');
    side.conditional = true;
    runs.take({ ...map, desired: 'paused', runEpoch: 2 });
    await executor.execute(document(), '');
    expect(side.sentCount).toBe(0);
    expect(await results()).toMatchObject({ 'h:1': { outcome: 'rejected', code: 'map-not-running' } });
  });

  it('when two documents of the same rows come at once in other orders, then one of them is carried out', async () => {
    const other = { ...document(), id: 'd2', parts: [...document().parts].reverse() };
    const parts = other.parts.map((one) => ({ ...one, id: `${one.pairId}x:1`, pairId: `${one.pairId}x` }));
    await Promise.all([executor.execute(document(), ''), anExecutor().execute({ ...other, parts }, '')]);
    const outcomes = Object.values(await results()).map((one) => (one as { outcome: string }).outcome);
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(3);
  });
});
