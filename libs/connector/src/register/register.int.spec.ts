import { randomUUID } from 'node:crypto';
import { Names, provisionalId, type Observation, type Write } from '@dualwrite/events';
import {
  keptStatements,
  leaseMigration,
  openDatabase,
  openKeptPlans,
  outboxMigration,
} from '@dualwrite/persistence';
import type { TableSchema } from '@dualwrite/schemas';
import { eventually, unkeyedReads } from '@dualwrite/testing';
import { configureLog } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';
import type { SideRow } from '../core/register-entry';
import { SidePort, type KeyedRow, type ObservedTable, type SideAnswer } from '../side-port';
import { DeferredWrites } from '../writes/deferred-writes';
import { BegunWrites } from '../writes/begun-writes';
import { RunEpochs } from '../writes/run-epochs';
import { WriteExecutor, type KeyedWrite } from '../writes/write-executor';
import { Register } from './register';
import { ConnectorTables1700000001000, RegisterChanges1700000002000 } from './register.migration';
import { RegisterStore } from './register-store';
import { RegisterTurns } from './register-turns';

/** Long enough for a mark on a busy machine: who is later must not send. */
const SETTLE_MS = 2_000;
const schema: TableSchema = {
  side: 'dataverse',
  table: 'account',
  entitySet: 'accounts',
  entityType: 'Microsoft.Dynamics.CRM.account',
  key: ['accountid'],
  columns: new Map(),
  companyColumn: null,
};
const table: ObservedTable = {
  schema,
  table: 'account',
  columns: ['name'],
  kind: 'mapped',
  columnSet: 'set-1',
};

/** Rows in memory, with what the next write is to be answered. */
class MemorySide extends SidePort {
  readonly side = 'dataverse';
  readonly hasIds = true;
  readonly requestDeadlineMs = 50;
  readonly rows = new Map<string, SideRow>();
  readonly answers: SideAnswer['kind'][] = [];
  sent = 0;

  isDoubtful(): boolean {
    return false;
  }
  environmentId(): Promise<string> {
    return Promise.resolve('e');
  }
  schemas(): Promise<ReadonlyMap<string, TableSchema>> {
    return Promise.resolve(new Map([['account', schema]]));
  }
  facts(): Promise<[]> {
    return Promise.resolve([]);
  }
  isConditional(): boolean {
    return true;
  }
  readRows(_table: ObservedTable, ids: readonly string[]): Promise<Map<string, SideRow | null>> {
    return Promise.resolve(new Map(ids.map((id) => [id, this.rows.get(id) ?? null])));
  }
  chunk(): Promise<never> {
    throw new Error('not used');
  }
  count(): Promise<number> {
    return Promise.resolve(this.rows.size);
  }
  send(_table: ObservedTable, write: KeyedWrite): Promise<SideAnswer> {
    this.sent++;
    const kind = this.answers.shift();
    if (kind === 'throttled') return Promise.resolve({ kind, retryAfterMs: 5 });
    const row = aRow(write.nativeId, `v${this.sent + 100}`, String(write.patch['name'] ?? ''));
    const isMoved = write.kind === 'update' && this.rows.get(write.nativeId)?.version !== write.expects;
    if (isMoved) return Promise.resolve({ kind: 'precondition-failed' });
    this.rows.set(write.nativeId, row);
    if (kind === 'lost') return Promise.resolve({ kind, text: 'cut' });
    return Promise.resolve({ kind: 'done', row: { nativeId: write.nativeId, row } });
  }
}

/** Takes any write, and a person has the last word. */
class ClassBSide extends MemorySide {
  override isConditional(): boolean {
    return false;
  }

  override async send(table: ObservedTable, write: KeyedWrite): Promise<SideAnswer> {
    const answer = await super.send(table, write);
    this.rows.set(write.nativeId, aRow(write.nativeId, 'v-person', 'P'));
    return answer;
  }
}

/** Names its new rows itself. */
class NumberingSide extends MemorySide {
  isLosing = false;

  override send(_table: ObservedTable, write: KeyedWrite): Promise<SideAnswer> {
    this.sent++;
    const nativeId = `N-${this.sent}`;
    const row = { id: nativeId, version: `v${this.sent}`, cells: write.patch };
    this.rows.set(nativeId, row);
    return Promise.resolve(
      this.isLosing ? { kind: 'lost', text: 'cut' } : { kind: 'done', row: { nativeId, row } },
    );
  }

  override findByReference(_table: ObservedTable, column: string, value: string): Promise<KeyedRow | null> {
    const found = [...this.rows].find(([, row]) => row.cells[column] === value);
    return Promise.resolve(found ? { nativeId: found[0], row: found[1] } : null);
  }
}

function runningMap(): RunEpochs {
  const runs = new RunEpochs();
  runs.take({
    name: 'm',
    version: 1,
    definition: {},
    desired: 'running',
    runEpoch: 1,
    baseline: 1,
    changedAt: '2026-01-01T00:00:00Z',
  });
  return runs;
}

function aRow(id: string, version: string, name = 'A'): SideRow {
  return { id, version, cells: { name } };
}

function aWrite(members: Partial<KeyedWrite>): KeyedWrite {
  const write: Write & { nativeId: string } = {
    id: 'p1:1',
    pairId: 'p1',
    intent: 1,
    map: 'm',
    mapVersion: 1,
    runEpoch: 1,
    kind: 'update',
    side: 'dataverse',
    table: 'account',
    nativeId: 'a1',
    rowId: 'a1',
    expects: 'v1',
    patch: { name: 'B' },
    source: 'f1',
    registerEpoch: 1,
    open: [1],
    plannedAt: new Date().toISOString(),
  };
  return { ...write, ...members };
}

describe('Register and WriteExecutor on Postgres', () => {
  const schemaName = `connector_${randomUUID().replaceAll('-', '')}`;
  let ds: DataSource;
  let changes: DataSource;
  let side: MemorySide;
  let register: Register;
  let deferred: DeferredWrites;
  let executor: WriteExecutor;

  beforeAll(async () => {
    configureLog({ level: 'silent' });
    ds = await openDatabase({
      url: process.env['DATABASE_URL'] ?? '',
      schema: schemaName,
      migrations: [
        outboxMigration,
        leaseMigration,
        ConnectorTables1700000001000,
        RegisterChanges1700000002000,
      ],
    });
    changes = await openKeptPlans(ds, { poolMax: 4 });
  });
  afterAll(async () => {
    await changes.destroy();
    await ds.query(`drop schema ${schemaName} cascade`);
    await ds.destroy();
  });
  beforeEach(async () => {
    await ds.query('truncate register, outbox, deferred_write, feed, request');
    side = new MemorySide();
    register = registerOf(side);
    deferred = new DeferredWrites(ds);
    executor = new WriteExecutor({
      register,
      side,
      runs: runningMap(),
      begun: new BegunWrites(),
      settleMs: SETTLE_MS,
    });
  });

  function registerOf(one: SidePort): Register {
    const store = new RegisterStore(ds, 'dataverse', changes);
    return new Register({
      store,
      side: one,
      names: new Names('t'),
      service: 'dataverse-connector',
      life: { epoch: 1 },
      currentTable: () => table,
    });
  }

  async function published(): Promise<Observation[]> {
    const rows = await ds.query<{ topic: string; value: Buffer }[]>(
      'select topic, value from outbox order by id',
    );
    return rows
      .filter(({ topic }) => topic === 't.dataverse.account.observations')
      .map(({ value }) => JSON.parse(value.toString()) as Observation);
  }
  const trace = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  const execute = (write: KeyedWrite, postponedId: string | null = null) =>
    executor.execute(table, write, trace, postponedId);

  it('given a table of class B, then the row is compared before the write, and what is told is what a look behind it shows', async () => {
    const looked = new ClassBSide();
    const parts = {
      register: registerOf(looked),
      side: looked,
      runs: runningMap(),
      begun: new BegunWrites(),
      settleMs: SETTLE_MS,
    };
    const careful = new WriteExecutor(parts);
    looked.rows.set('a1', aRow('a1', 'v2'));
    await careful.execute(table, aWrite({}), trace, null);
    expect(looked.sent).toBe(0);
    const moved = await parts.register.store.find('account', 'a1');
    expect(moved).toMatchObject({
      row: { version: 'v2' },
      results: { 'p1:1': { outcome: 'precondition-failed' } },
    });

    await careful.execute(table, aWrite({ id: 'p1:2', intent: 2, expects: 'v2', open: [2] }), trace, null);
    expect(looked.sent).toBe(1);
    expect(await parts.register.store.find('account', 'a1')).toMatchObject({
      row: { version: 'v-person', cells: { name: 'P' } },
      results: { 'p1:2': { outcome: 'applied' } },
    });
  });

  it('given a create that the side numbers itself, then its answer names the row; a lost one is found by the reference, and never sent twice', async () => {
    const numbers = new NumberingSide();
    const parts = {
      register: registerOf(numbers),
      side: numbers,
      runs: runningMap(),
      begun: new BegunWrites(),
      settleMs: 300,
    };
    const numbering = new WriteExecutor(parts);
    const create = (pairId: string): KeyedWrite =>
      aWrite({
        id: `${pairId}:1`,
        pairId,
        kind: 'create',
        nativeId: provisionalId(pairId),
        rowId: null,
        expects: null,
        patch: { name: 'B', ref: `source of ${pairId}` },
        source: `source of ${pairId}`,
        reference: 'ref',
      });
    expect(await numbering.execute(table, create('p1'), trace, null)).toEqual({ kind: 'ended' });
    const first = await parts.register.store.find('account', 'N-1');
    expect(first).toMatchObject({
      row: { cells: { ref: 'source of p1' } },
      results: { 'p1:1': { outcome: 'applied' } },
      origins: { 'N-1': 'source of p1' },
    });
    expect(await parts.register.store.find('account', provisionalId('p1'))).toMatchObject({
      presence: 'absent',
      results: { 'p1:1': { outcome: 'applied' } },
    });

    numbers.isLosing = true;
    expect((await numbering.execute(table, create('p2'), trace, null)).kind).toBe('deferred');
    numbers.isLosing = false;
    // Comes again as often as it takes, and looks only once the lost request can have no effect any more.
    await eventually(
      async () => (await numbering.execute(table, create('p2'), trace, null)).kind === 'ended',
    );
    expect(await parts.register.store.find('account', 'N-2')).toMatchObject({
      results: { 'p2:1': { outcome: 'applied' } },
      origins: { 'N-2': 'source of p2' },
    });
    expect(numbers.sent).toBe(2);
  });

  it('given rows never seen, when a page brings them, then each is stored and published once; again: no news', async () => {
    const answers = Array.from({ length: 1_200 }, (_, i) => ({
      nativeId: `r${i}`,
      row: aRow(`r${i}`, 'v1'),
    }));
    const sentAt = await register.position();
    expect(await register.observe(table, { sentAt, via: 'feed', answers })).toMatchObject({
      storedCount: 1_200,
    });
    expect(await register.observe(table, { sentAt, via: 'feed', answers })).toMatchObject({
      storedCount: 0,
      knownCount: 1_200,
    });
    const observations = await published();
    expect(observations).toHaveLength(1_200);
    expect(new Set(observations.map(({ revision }) => revision.n)).size).toBe(1_200);
  });

  it('given an answer older than the record, then the row is read again and the newest stays', async () => {
    const sentAt = await register.position();
    side.rows.set('a1', aRow('a1', 'v2', 'new'));
    await register.look(table, ['a1'], 'event');
    await register.observe(table, {
      sentAt,
      via: 'feed',
      answers: [{ nativeId: 'a1', row: aRow('a1', 'v1', 'old') }],
    });
    expect((await published()).map(({ row }) => row?.version)).toEqual(['v2']);
  });

  it('given a deleted id, then its end is told, also to a row that comes from before it', async () => {
    side.rows.set('a1', aRow('a1', 'v1'));
    await register.look(table, ['a1'], 'event');
    const sentAt = await register.position();
    side.rows.delete('a1');
    await register.observe(table, {
      sentAt,
      via: 'feed',
      answers: [{ nativeId: 'a1', row: undefined, deleted: true }],
    });
    await register.observe(table, {
      sentAt,
      via: 'chunk',
      answers: [{ nativeId: 'a1', row: aRow('a1', 'v1') }],
    });
    expect((await published()).map(({ presence, gone }) => [presence, gone])).toEqual([
      ['present', []],
      ['absent', ['a1']],
    ]);
  });

  it('given a column set that has changed, then the same version is news again', async () => {
    side.rows.set('a1', aRow('a1', 'v1'));
    await register.look(table, ['a1'], 'event');
    await register.turns.take('account', {
      nativeId: 'a1',
      decide: ({ entry }) => ({
        result: undefined,
        change: { entry: { ...entry, columnSet: 'older' }, records: [] },
      }),
    });
    await register.look(table, ['a1'], 'feed');
    expect((await published()).map(({ columnSet }) => columnSet)).toEqual(['set-1', 'set-1']);
  });

  it('given an update, then it is applied and its result is published with the row', async () => {
    side.rows.set('a1', aRow('a1', 'v1'));
    await register.look(table, ['a1'], 'event');
    expect(await execute(aWrite({}))).toEqual({ kind: 'ended' });
    expect((await published()).at(-1)).toMatchObject({
      via: 'write',
      row: { version: 'v101', cells: { name: 'B' } },
      results: { 'p1:1': { outcome: 'applied' } },
      last: { p1: 1 },
    });
    // Delivered again: answered already, nothing is sent.
    expect(await execute(aWrite({}))).toEqual({ kind: 'ended' });
    expect(side.sent).toBe(1);
  });

  it('given a row that has moved, then precondition-failed comes with the row as it is', async () => {
    side.rows.set('a1', aRow('a1', 'v9', 'other'));
    await execute(aWrite({}));
    expect((await published()).at(-1)).toMatchObject({
      row: { version: 'v9' },
      results: { 'p1:1': { outcome: 'precondition-failed' } },
    });
  });

  it('given 429, then the attempt is taken back and the write is a first attempt again', async () => {
    side.rows.set('a1', aRow('a1', 'v1'));
    side.answers.push('throttled');
    await expect(execute(aWrite({}))).rejects.toMatchObject({ code: 'side-unavailable', retryAfterMs: 5 });
    expect((await register.store.find('account', 'a1'))?.results).toEqual({});
    await execute(aWrite({}));
    expect((await published()).at(-1)?.results).toEqual({ 'p1:1': { outcome: 'applied' } });
  });

  it('given a create whose answer was lost, then it waits, looks and says in-doubt, and later writes of the row wait behind it', async () => {
    side.answers.push('lost');
    const create = aWrite({ kind: 'create', expects: null });
    const first = await execute(create);
    expect(first.kind).toBe('deferred');
    if (first.kind !== 'deferred') return;
    await deferred.add(create, trace, first.untilMs);
    const behind = aWrite({ id: 'p1:2', intent: 2, expects: 'v101', open: [1, 2] });
    expect(await execute(behind)).toMatchObject({ kind: 'deferred' });
    await waitFor(() => Date.now() > first.untilMs);
    const [due] = await deferred.due(['account'], 10);
    expect(await execute(create, due?.id ?? '')).toEqual({ kind: 'ended' });
    expect(side.sent).toBe(1);
    expect((await published()).at(-1)).toMatchObject({
      row: { version: 'v101' },
      results: { 'p1:1': { outcome: 'in-doubt' } },
      origins: { a1: 'f1' },
    });
    await deferred.remove(due?.id ?? '');
    expect(await execute(behind)).toEqual({ kind: 'ended' });
  });

  it('given a write of an older run, then it is withheld', async () => {
    side.rows.set('a1', aRow('a1', 'v1'));
    await execute(aWrite({ runEpoch: 0 }));
    expect(side.sent).toBe(0);
    expect((await published()).at(-1)?.results).toEqual({ 'p1:1': { outcome: 'withheld' } });
  });

  it('given an entry that another replica stores between reading and storing, then it is decided on again', async () => {
    const other = new RegisterTurns(register.store, { epoch: 1 });
    const seen: number[] = [];
    const count = (turns: RegisterTurns, inBetween?: () => Promise<void>) =>
      turns.take<number>('account', {
        nativeId: 'a1',
        decide: async ({ entry }) => {
          const last = (entry.last['p1'] ?? 0) + 1;
          seen.push(last);
          if (seen.length === 1) await inBetween?.();
          const record = { topic: 't', key: 'a1', value: Buffer.from(String(last)), headers: {} };
          return { result: last, change: { entry: { ...entry, last: { p1: last } }, records: [record] } };
        },
      });
    const first = count(register.turns, async () => expect(await count(other)).toBe(1));
    expect(await first).toBe(2);
    expect(seen).toEqual([1, 1, 2]);
    const said = await ds.query<{ value: Buffer }[]>(
      `select value from outbox where topic = 't' order by id`,
    );
    expect(said.map(({ value }) => value.toString())).toEqual(['1', '2']);
  });

  it('given many turns at once, some of the same row, then each sees what the one before it stored', async () => {
    const results = await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        register.turns.take<number>('account', {
          nativeId: `a${i % 3}`,
          decide: ({ entry }) => {
            const last = (entry.last['p1'] ?? 0) + 1;
            return { result: last, change: { entry: { ...entry, last: { p1: last } }, records: [] } };
          },
        }),
      ),
    );
    expect(results).toEqual(Array.from({ length: 60 }, (_, i) => Math.floor(i / 3) + 1));
  });

  it('given two sightings of the same new rows at once, then each is published once', async () => {
    const answers = Array.from({ length: 300 }, (_, i) => ({ nativeId: `c${i}`, row: aRow(`c${i}`, 'v1') }));
    const sentAt = await register.position();
    for (const answer of answers) side.rows.set(answer.nativeId, answer.row);
    await Promise.all([
      register.observe(table, { sentAt, via: 'feed', answers }),
      register.observe(table, { sentAt, via: 'chunk', answers: [...answers].reverse() }),
    ]);
    expect(await published()).toHaveLength(300);
  });

  it.each([0, 5])(
    'given %d rows when the statements of a change are planned, then their plans hold for any number',
    async (count) => {
      const sentAt = await register.position();
      const answers = Array.from({ length: count }, (_, i) => ({
        nativeId: `d${i}`,
        row: aRow(`d${i}`, 'v1'),
      }));
      await register.observe(table, { sentAt, via: 'feed', answers });
      await ds.query('analyze register, deferred_write, outbox');
      const texts = keptStatements();
      expect(texts.some((text) => text.includes('update register'))).toBe(true);
      for (const text of texts) expect(await unkeyedReads((sql) => changes.query(sql), text)).toEqual([]);
    },
  );
});

async function waitFor(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('the condition did not come true');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
