import { Cleanups, eventually, testDatabase, type TestDatabase } from '@dualwrite/testing';
import { configureLog } from '@dualwrite/telemetry';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { isUniqueViolation } from './database-errors';
import { inTransaction, lastly } from './in-transaction';
import { leaseMigration, Leases } from './leases';
import { StatementBundle } from './statement-bundle';
import { openDatabase } from './open-database';
import { outboxMigration } from './outbox';
import { unnest } from './unnest';

const cleanups = new Cleanups();
let database: TestDatabase;

class CreateThing1700000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE thing (id int PRIMARY KEY, state jsonb, tag text)');
    await runner.query('SELECT pg_sleep(0.2)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thing');
  }
}
class AddSize1700000000200 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE thing ADD COLUMN size numeric NOT NULL DEFAULT 0');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE thing DROP COLUMN size');
  }
}

beforeAll(() => configureLog({ level: 'silent' }));
beforeEach(() => {
  database = testDatabase();
  cleanups.add(() => database.drop());
});
afterEach(() => cleanups.run());

describe('openDatabase', () => {
  it('given three replicas that start at once, then each migration runs once and all find the schema', async () => {
    const sources = await Promise.all([open(), open(), open()]);
    for (const ds of sources)
      await ds.query('INSERT INTO thing (id) SELECT coalesce(max(id), 0) + 1 FROM thing');
    const migrations = await sources[0]?.query<{ name: string }[]>('SELECT name FROM migrations');
    expect(migrations).toHaveLength(3);
  });

  it('given a database with rows, when a newer version brings a migration, then the rows are kept', async () => {
    const before = await open([CreateThing1700000000100]);
    await before.query(`INSERT INTO thing (id, tag) VALUES (1, 'old')`);
    const after = await open([CreateThing1700000000100, AddSize1700000000200]);
    expect(await after.query('SELECT id, tag, size FROM thing')).toEqual([{ id: 1, tag: 'old', size: '0' }]);
  });

  it('given no server, then it says so within the deadline', async () => {
    const opening = openDatabase({
      url: 'postgres://nobody@127.0.0.1:1/none',
      schema: 'x',
      migrations: [],
      connectTimeoutMs: 300,
    });
    await expect(opening).rejects.toMatchObject({ code: 'dependency-unavailable' });
  });
});

describe('inTransaction', () => {
  it('given a deadlock, then one of the two may try again', async () => {
    const ds = await open();
    await ds.query('INSERT INTO thing (id) VALUES (1), (2)');
    let firstLocks = 0;
    const lockBoth = (order: number[]) =>
      inTransaction(ds, async (runner) => {
        await runner.query('SELECT 1 FROM thing WHERE id = $1 FOR UPDATE', [order[0]]);
        firstLocks += 1;
        await eventually(() => firstLocks === 2);
        await runner.query('SELECT 1 FROM thing WHERE id = $1 FOR UPDATE', [order[1]]);
      });
    const outcomes = await Promise.allSettled([lockBoth([1, 2]), lockBoth([2, 1])]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'dependency-unavailable', details: { sqlstate: '40P01' } },
    });
  });

  it('given a connection that is killed, then it is told as unavailable and the pool goes on', async () => {
    const ds = await open();
    const killed = inTransaction(ds, (runner) =>
      runner.query('SELECT pg_terminate_backend(pg_backend_pid())'),
    );
    await expect(killed).rejects.toMatchObject({ code: 'dependency-unavailable' });
    await expect(ds.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });

  it('given a unique violation, then it is refused and can be told apart', async () => {
    const ds = await open();
    const twice = inTransaction(ds, (runner) => runner.query('INSERT INTO thing (id) VALUES (1), (1)'));
    await expect(twice).rejects.toMatchObject({
      code: 'dependency-refused',
      details: { constraint: 'thing_pkey' },
    });
    await expect(twice.catch(isUniqueViolation)).resolves.toBe(true);
  });

  it('given a last statement that fails behind COMMIT, then all of it is rolled back and its error comes out', async () => {
    const ds = await open();
    const failing = inTransaction(ds, async (runner) => {
      await runner.query('INSERT INTO thing (id) VALUES (7)');
      lastly(runner, runner.query('INSERT INTO thing (id) VALUES (8), (8)'));
    });
    await expect(failing.catch(isUniqueViolation)).resolves.toBe(true);
    expect(await ds.query('SELECT id FROM thing')).toEqual([]);
    await inTransaction(ds, async (runner) => {
      lastly(runner, runner.query('INSERT INTO thing (id) VALUES (9)'));
    });
    expect(await ds.query('SELECT id FROM thing')).toEqual([{ id: 9 }]);
  });

  it('given a bundle, then its statements run as one, each with its own parameters', async () => {
    const ds = await open();
    await ds.query(`INSERT INTO thing (id, tag) VALUES (1, 'a'), (2, 'b')`);
    await inTransaction(ds, async (runner) => {
      const bundle = new StatementBundle();
      await bundle.query('UPDATE thing SET tag = $2 WHERE id = $1', [1, 'changed']);
      await bundle.query('DELETE FROM thing WHERE id = $1', [2]);
      await bundle.query('INSERT INTO thing (id, tag) SELECT id, $1 FROM unnest($2::int[]) AS id', [
        'new',
        [3, 4],
      ]);
      lastly(runner, bundle.run(runner));
    });
    const rows = await ds.query<{ id: number; tag: string }[]>('SELECT id, tag FROM thing ORDER BY id');
    expect(rows.map(({ id, tag }) => [id, tag])).toEqual([
      [1, 'changed'],
      [3, 'new'],
      [4, 'new'],
    ]);
  });

  it('given an error of the work itself, then it comes out as it is', async () => {
    const ds = await open();
    const error = new TypeError('bug');
    await expect(inTransaction(ds, () => Promise.reject(error))).rejects.toBe(error);
  });
});

describe('unnest', () => {
  it('given rows with nulls, JSON and odd text, then they are stored as they are, in order', async () => {
    const ds = await open();
    const things = [
      { id: 2, state: { a: ['"', '\\', null, 'two\nlines\r\n', ''] }, tag: '{a,"b"}' },
      { id: 1, state: null, tag: null },
      { id: 3, state: '', tag: '' },
      { id: 4, state: null, tag: null },
    ];
    const input = unnest(things, {
      id: ['int', (thing) => thing.id],
      state: ['jsonb', (thing) => thing.state],
      tag: ['text', (thing) => thing.tag],
    });
    const stored = await ds.query(
      `WITH stored AS (INSERT INTO thing (id, state, tag) SELECT id, state, tag FROM ${input.sql} RETURNING *)
       SELECT stored.id, stored.state, stored.tag FROM stored JOIN ${input.sql} USING (id) ORDER BY n`,
      input.parameters,
    );
    expect(stored).toEqual(things);
  });
});

describe('Leases', () => {
  it('given two replicas, then one holds at a time, and the token grows with each holder', async () => {
    const [one, two] = [new Leases(await open()), new Leases(await open())];
    const tokens: string[] = [];
    let holders = 0;
    const work = async ({ token }: { token: string }) => {
      expect(++holders).toBe(1);
      tokens.push(token);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
    };
    await Promise.all([one.hold('x', 400, work), two.hold('x', 400, work), one.hold('x', 400, work)]);
    expect(tokens).toEqual(['1', '2', '3']);
  });

  it('given a holder whose lease was taken, then its signal aborts', async () => {
    const ds = await open();
    const aborted = new Leases(ds).hold('x', 300, async ({ signal }) => {
      await ds.query(`UPDATE lease SET token = token + 1 WHERE name = 'x'`);
      await eventually(() => signal.aborted, { until: 'the holder notices' });
      return 'noticed';
    });
    await expect(aborted).resolves.toBe('noticed');
  });

  it('given a lease in other hands, then tryHold gives up at once, and hold when its signal says so', async () => {
    const ds = await open();
    const [one, two] = [new Leases(ds), new Leases(ds)];
    const stop = new AbortController();
    await one.hold('x', 5_000, async () => {
      await expect(two.tryHold('x', 5_000, async () => 'won')).resolves.toBeUndefined();
      const waiting = two.hold('x', 5_000, async () => 'won', { signal: stop.signal });
      stop.abort();
      await expect(waiting).resolves.toBeUndefined();
    });
  });
});

async function open(things = [CreateThing1700000000100]): Promise<DataSource> {
  const { url, schema } = database;
  const ds = await openDatabase({ url, schema, migrations: [outboxMigration, leaseMigration, ...things] });
  cleanups.add(() => ds.destroy());
  return ds;
}
