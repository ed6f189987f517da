import { Cleanups, testDatabase } from '@dualwrite/testing';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { openKeptPlans } from './kept-plans';
import { kept } from './kept-statements';
import { openDatabase } from './open-database';

class CreateThing1700000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE TABLE thing (id int PRIMARY KEY, tag text)');
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE thing');
  }
}

const FIND = kept('SELECT tag FROM thing WHERE id = ANY($1::int[])');

describe('a pool that keeps plans', () => {
  const cleanups = new Cleanups();
  let ds: DataSource;
  let changes: DataSource;
  beforeEach(async () => {
    const database = testDatabase();
    cleanups.add(() => database.drop());
    const { url, schema } = database;
    ds = await openDatabase({ url, schema, migrations: [CreateThing1700000000100] });
    cleanups.add(() => ds.destroy());
    changes = await openKeptPlans(ds, { poolMax: 1 });
    cleanups.add(() => changes.destroy());
    await ds.query(`INSERT INTO thing SELECT n, 't' || n FROM generate_series(1, 3) n`);
  });
  afterEach(() => cleanups.run());

  const prepared = (): Promise<{ statement: string; generic_plans: string }[]> =>
    changes.query('SELECT statement, generic_plans FROM pg_prepared_statements');

  it('plans a marked statement once, and another one each time', async () => {
    for (const id of [1, 2, 3]) {
      expect(await changes.query(FIND, [[id]])).toEqual([{ tag: `t${id}` }]);
      await changes.query('SELECT $1::int', [id]);
    }
    expect(await prepared()).toEqual([{ statement: FIND, generic_plans: '3' }]);
  });

  it('goes on after a statement that failed before it was prepared', async () => {
    const runner = changes.createQueryRunner();
    try {
      await runner.query('BEGIN');
      const failing = runner.query('SELECT 1 / 0');
      await expect(Promise.all([failing, runner.query(FIND, [[1]])])).rejects.toThrow('division by zero');
      await runner.query('ROLLBACK');
    } finally {
      await runner.release();
    }
    expect(await changes.query(FIND, [[2]])).toEqual([{ tag: 't2' }]);
  });
});
