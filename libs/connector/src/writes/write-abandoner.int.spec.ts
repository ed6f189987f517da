import { Names, type MapRecord } from '@dualwrite/events';
import { leaseMigration, openDatabase, outboxMigration } from '@dualwrite/persistence';
import { configureLog } from '@dualwrite/telemetry';
import { Cleanups, testDatabase } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { aWrite } from '../core/testing/entries';
import { Register } from '../register/register';
import { ConnectorTables1700000001000, RegisterChanges1700000002000 } from '../register/register.migration';
import { RegisterStore } from '../register/register-store';
import type { ObservedTable, SideAnswer } from '../side-port';
import { RowsSide } from '../testing/rows-side';
import { BegunWrites } from './begun-writes';
import { RunEpochs } from './run-epochs';
import { WriteAbandoner } from './write-abandoner';
import { WriteExecutor, type KeyedWrite } from './write-executor';

const COUNT = 500;
const OLD = 'old';
const NEW = 'new';
const table = { table: 'account', columns: ['name'], columnSet: 'set-1' } as unknown as ObservedTable;
const map = { name: 'm', version: 1, desired: 'running', runEpoch: 1, baseline: 1 } as unknown as MapRecord;

/** The process of an executor ends here. */
class Killed extends Error {}

/** Carries conditional updates out; executors die before or after that, at random. */
class DeadlySide extends RowsSide {
  /** Share of the sends at which the executor dies. */
  killShare = 0;

  override async send(_table: ObservedTable, write: KeyedWrite): Promise<SideAnswer> {
    await someTurns();
    const dies = Math.random() < this.killShare;
    if (dies && Math.random() < 0.5) throw new Killed();
    const row = this.rows.get(write.nativeId);
    if (row?.version !== write.expects) return { kind: 'precondition-failed' };
    const written = { ...row, version: `${row.version}+`, cells: write.patch };
    this.rows.set(write.nativeId, written);
    if (dies) throw new Killed();
    return { kind: 'done', row: { nativeId: write.nativeId, row: written } };
  }

  nameOf(nativeId: string): unknown {
    return this.rows.get(nativeId)?.cells['name'];
  }
}

describe('given calls that are given up while executors carry them out and die', () => {
  const cleanups = new Cleanups();
  let database: DataSource;
  let side: DeadlySide;

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
    side = new DeadlySide();
  });
  afterAll(() => cleanups.run());

  /** A process of its own: replicas share their database and nothing else. */
  const replica = () => {
    const names = new Names('t');
    const register = new Register({
      store: new RegisterStore(database, 'dataverse'),
      side,
      names,
      service: 'dataverse-connector',
      life: { epoch: 1 },
      currentTable: () => table,
    });
    const runs = new RunEpochs();
    runs.take(map);
    const executor = new WriteExecutor({ register, side, runs, begun: new BegunWrites(), settleMs: 5_000 });
    return { register, executor, abandoner: new WriteAbandoner(register, names) };
  };

  it(`when ${COUNT} of them race, then none that was abandoned is ever carried out, and all others are settled`, async () => {
    const ids = Array.from({ length: COUNT }, (_, index) => `row-${index}`);
    for (const id of ids) side.rows.set(id, { id, version: 'v1', cells: { name: OLD } });
    const { register, abandoner } = replica();
    await register.look(table, ids, 'read');
    const writes = ids.map((id, index): KeyedWrite => ({
      ...aWrite({ kind: 'update', rowId: id, expects: 'v1', patch: { name: NEW } }),
      ...{ nativeId: id, id: `pair-${index}:1`, pairId: `pair-${index}`, intent: 1, map: 'm', open: [1] },
    }));
    side.killShare = 0.4;
    const { executor: first } = replica();
    const outcomes = await Promise.all(
      writes.map(async (write) => {
        const [, outcome] = await Promise.all([
          afterSome(() => untilKilled(first.execute(table, write, '', null))),
          afterSome(() => abandoner.abandon(write, '')),
        ]);
        return outcome;
      }),
    );
    const abandoned = ids.filter((_, index) => outcomes[index] === 'abandoned');
    const others = ids.filter((_, index) => outcomes[index] !== 'abandoned');
    // Neither side of the race always wins, or nothing was shown.
    expect([abandoned.length, others.length].every((count) => count > COUNT / 50)).toBe(true);
    expect(abandoned.filter((id) => side.nameOf(id) !== OLD)).toEqual([]);

    // Whoever comes after the killed ones gets every write again.
    side.killShare = 0;
    const { executor: second, register: now } = replica();
    for (const write of writes) await second.execute(table, write, '', null);
    expect(abandoned.filter((id) => side.nameOf(id) !== OLD)).toEqual([]);
    expect(others.filter((id) => side.nameOf(id) !== NEW)).toEqual([]);
    for (const [index, id] of ids.entries()) {
      const entry = await now.store.find('account', id);
      const result = entry?.results[`pair-${index}:1`]?.outcome;
      // An effect whose answer died with its executor is in doubt: the planner judges by what the row shows (rule 18).
      expect(outcomes[index] === 'abandoned' ? ['withheld'] : ['applied', 'in-doubt']).toContain(result);
    }
  });
});

async function untilKilled(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
}

/** Lets others go first, now and then. */
async function someTurns(): Promise<void> {
  for (let left = Math.floor(Math.random() * 6); left > 0; left -= 1) await new Promise(setImmediate);
}

async function afterSome<T>(work: () => Promise<T>): Promise<T> {
  for (let left = Math.floor(Math.random() * 4); left > 0; left -= 1) await someTurns();
  return work();
}
