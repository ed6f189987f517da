import { decodeMessage, type Observation } from '@dualwrite/events';
import { KafkaLink } from '@dualwrite/kafka';
import {
  leaseMigration,
  Leases,
  openDatabase,
  outboxMigration,
  OutboxPublisher,
  storeEpochMigration,
} from '@dualwrite/persistence';
import { commonTopics, StoreBeats, StoreLife, type OpenedStore } from '@dualwrite/service';
import { configureLog } from '@dualwrite/telemetry';
import { backUpSchema, Cleanups, eventually, testBroker, testDatabase } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { markAttempt } from '../core/attempts';
import { aWrite } from '../core/testing/entries';
import { ConnectorIdentity } from '../connector-identity';
import type { ObservedTable } from '../side-port';
import { RowsSide } from '../testing/rows-side';
import { BegunWrites } from '../writes/begun-writes';
import type { KeyedWrite } from '../writes/write-executor';
import { Register } from './register';
import { RegisterRestore, toldMarks } from './register-restore';
import { ConnectorTables1700000001000, RegisterChanges1700000002000 } from './register.migration';
import { RegisterStore } from './register-store';

jest.setTimeout(90_000);

const table: ObservedTable = {
  schema: {
    side: 'dataverse',
    table: 'account',
    entitySet: 'accounts',
    entityType: 'Microsoft.Dynamics.CRM.account',
    key: ['accountid'],
    columns: new Map(),
    companyColumn: null,
  },
  table: 'account',
  columns: ['name'],
  kind: 'mapped',
  columnSet: 'set-1',
};

/** What of a connector process is concerned when its database is restored. */
interface Process {
  readonly opened: OpenedStore;
  readonly database: DataSource;
  readonly register: Register;
  readonly restore: RegisterRestore;
  readonly life: StoreLife;
  readonly link: KafkaLink;
  readonly begun: BegunWrites;
  readonly setBack: Error[];
  passBeat(): Promise<void>;
  stop(): Promise<void>;
}

describe('given a register that has published rows', () => {
  const cleanups = new Cleanups();
  const broker = testBroker();
  const { names } = broker;
  const topic = names.observations('dataverse', 'account');
  let schemaOf: ReturnType<typeof testDatabase>;
  let side: RowsSide;
  let processCount = 0;

  const has = (id: string, version: string): void => {
    side.rows.set(id, { id, version, cells: { name: version } });
  };
  beforeEach(() => {
    configureLog({ level: process.env['TEST_LOG_LEVEL'] === 'info' ? 'info' : 'silent' });
    side = new RowsSide();
    schemaOf = testDatabase();
    cleanups.add(() => schemaOf.drop());
  });
  afterEach(() => cleanups.run());

  async function startProcess(): Promise<Process> {
    const instance = `replica-${(processCount += 1)}`;
    const link = new KafkaLink({ brokers: broker.brokers, clientId: instance });
    await link.ensureTopics([...commonTopics(names), { name: topic, partitions: 3 }]);
    const database = await openDatabase({
      url: schemaOf.url,
      schema: schemaOf.schema,
      migrations: [
        outboxMigration,
        leaseMigration,
        storeEpochMigration,
        ConnectorTables1700000001000,
        RegisterChanges1700000002000,
      ],
    });
    const service = 'dataverse-connector';
    const identity = new ConnectorIdentity('dataverse', service, instance, names, []);
    const beats = new StoreBeats({ link, names, service, instance });
    const begun = new BegunWrites();
    const life = new StoreLife({
      database,
      beats,
      begun,
      names,
      store: schemaOf.schema,
      service,
      instance,
      settleMs: 700,
      beatMs: 50,
    });
    const store = new RegisterStore(database, 'dataverse');
    const restore = new RegisterRestore({ store, link, identity, leases: new Leases(database) });
    const opened = await life.open((runner, one) =>
      restore.atOpening(runner, { ...one, marks: toldMarks(beats, schemaOf.schema) }),
    );
    const outbox = new OutboxPublisher(database, link.producer());
    outbox.start();
    const setBack: Error[] = [];
    life.start((error) => setBack.push(error));
    const register = new Register({ store, side, names, service, life, currentTable: () => table });
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> =>
      (stopping ??= (async () => {
        await life.stop();
        await outbox.stop();
        await database.destroy();
        await link.close();
      })());
    cleanups.add(stop);
    // The database is behind its own word only if something was said after the backup.
    const passBeat = async (): Promise<void> => {
      const from = beats.told(schemaOf.schema)?.beat ?? '0';
      await eventually(() => BigInt(beats.told(schemaOf.schema)?.beat ?? '0') > BigInt(from) + 1n);
    };
    return { opened, database, link, register, restore, life, begun, setBack, passBeat, stop };
  }

  /** The topic as it is now: the newest observation of each row. */
  async function told(): Promise<ReadonlyMap<string, Observation>> {
    const link = new KafkaLink({ brokers: broker.brokers, clientId: 'reader' });
    const newest = new Map<string, Observation>();
    await link.readToEnd({ topics: [topic], groupPrefix: `${broker.prefix}.reader` }, (batch) => {
      for (const record of batch.records) {
        newest.set(record.key ?? '', decodeMessage(record, 'observation').message);
      }
      return Promise.resolve();
    });
    await link.close();
    return newest;
  }

  const nothingToPublish = (one: Process, on = topic) =>
    eventually(
      async () =>
        ((await one.database.query('select 1 from outbox where topic = $1', [on])) as []).length === 0,
    );

  it('when it is restored from a backup, then it takes back what it had published, and believes no row before it has looked', async () => {
    const before = await startProcess();
    expect(before.opened).toEqual({ epoch: 1, isRestored: false });
    const id = (name: string): string => `${schemaOf.schema}-${name}`;
    has(id('a'), 'v1');
    await before.register.look(table, [id('a')], 'feed');
    const backup = await backUpSchema(schemaOf);
    cleanups.add(() => backup.drop());
    for (const name of ['a', 'b', 'c']) has(id(name), 'v2');
    await before.register.look(table, [id('a'), id('b'), id('c')], 'feed');
    side.rows.delete(id('c'));
    await before.register.look(table, [id('c')], 'feed');
    await nothingToPublish(before);
    await before.stop();

    await backup.restore();
    has(id('a'), 'v3');
    side.rows.delete(id('b'));
    const startedAtMs = Date.now();
    const after = await startProcess();
    expect(after.opened).toEqual({ epoch: 2, isRestored: true });
    await after.restore.complete(after.life.epoch, new AbortController().signal);
    await after.life.settled(new AbortController().signal);
    // Until then a request of the time before may still have its effect.
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(700);
    for (const name of ['a', 'b', 'c']) {
      expect(await after.register.store.find('account', id(name))).toMatchObject({
        presence: 'unread',
        revision: { epoch: 2 },
      });
    }
    // As the first full round does: what it does not show is asked for by its id.
    const known = await after.register.store.presentBehind(
      'account',
      '',
      await after.register.position(),
      10,
    );
    await after.register.look(table, known, 'sweep');
    await nothingToPublish(after);
    const newest = await told();
    expect(newest.get(id('a'))).toMatchObject({ revision: { epoch: 2 }, row: { version: 'v3' } });
    expect(newest.get(id('b'))).toMatchObject({ revision: { epoch: 2 }, row: null, gone: [id('b')] });
    expect(newest.get(id('c'))).toMatchObject({ revision: { epoch: 2 }, row: null, gone: [id('c')] });

    const another = await startProcess();
    expect(another.opened).toEqual({ epoch: 2, isRestored: false });
  });

  it('when its schema was made anew, then its topic tells it all again', async () => {
    const before = await startProcess();
    const id = `${schemaOf.schema}-a`;
    has(id, 'v1');
    await before.register.look(table, [id], 'feed');
    side.rows.delete(id);
    await before.register.look(table, [id], 'feed');
    await nothingToPublish(before);
    await before.stop();
    await schemaOf.drop();

    const after = await startProcess();
    expect(after.opened).toEqual({ epoch: 2, isRestored: true });
    await after.restore.complete(2, new AbortController().signal);
    expect(await after.register.store.find('account', id)).toMatchObject({ presence: 'unread', gone: [id] });
  });

  describe('and has begun writes after the backup', () => {
    const write = (nativeId: string, intent: number): KeyedWrite => ({
      ...aWrite({ id: `pair:${intent}`, intent }),
      nativeId,
    });

    /** A mark that is stored, and dies with the database. */
    async function begin(one: Process, of: KeyedWrite): Promise<void> {
      await one.register.turns.take('account', {
        nativeId: of.nativeId,
        decide: ({ entry }) => {
          one.begun.note(of);
          const marked = markAttempt(entry, of, { nowMs: 1, deadlineMs: 2 });
          return { result: undefined, change: { entry: marked.entry, records: [] } };
        },
      });
    }

    async function restoredAfter(end: (before: Process) => Promise<void>): Promise<Process> {
      const before = await startProcess();
      await before.life.heard(new AbortController().signal);
      const backup = await backUpSchema(schemaOf);
      cleanups.add(() => backup.drop());
      await begin(before, write(`${schemaOf.schema}-a`, 3));
      await before.passBeat();
      await end(before);
      await before.stop();
      await backup.restore();
      const after = await startProcess();
      expect(after.opened.isRestored).toBe(true);
      await after.restore.complete(after.life.epoch, new AbortController().signal);
      return after;
    }

    it('when the replica has named them when it ended, then their marks are back, and what has none was never begun', async () => {
      const after = await restoredAfter(async (before) => {
        // As a connector does that is told to end: nothing of its own comes behind its last word.
        await before.life.stop();
        await nothingToPublish(before, names.stores);
        await before.life.sayLastWord((records) => before.link.producer().publish(records));
      });
      expect(await after.restore.marksFromEpoch()).toBe(1);
      expect(await after.register.store.find('account', `${schemaOf.schema}-a`)).toMatchObject({
        presence: 'unread',
        results: { 'pair:3': { outcome: 'started' } },
        last: { pair: 3 },
      });
    });

    it('when the replica was killed, then nobody knows what it had begun', async () => {
      const after = await restoredAfter(() => Promise.resolve());
      expect(await after.restore.marksFromEpoch()).toBeUndefined();
    });
  });

  it('when its database is exchanged while it runs, then it must end, for its memory is of another one', async () => {
    const running = await startProcess();
    const backup = await backUpSchema(schemaOf);
    cleanups.add(() => backup.drop());
    await eventually(async () => {
      const [row] = (await running.database.query('select beat::int as beat from store_epoch')) as {
        beat: number;
      }[];
      return (row?.beat ?? 0) > 5;
    });
    await backup.restore();
    await eventually(() => running.setBack.length > 0);
  });
});
