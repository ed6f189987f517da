import type { Observation } from '@dualwrite/events';
import { inTransaction } from '@dualwrite/persistence';
import { testDatabase, type TestDatabase } from '@dualwrite/testing';
import type { DataSource } from 'typeorm';
import { openMapperDatabase } from '../database';
import { writeReferences, type ReferencesWritten } from './reference-writer';

const TABLE = 'msdyn_customergroup';
const COLUMNS = new Map([[TABLE, { table: TABLE, keys: ['msdyn_groupid'], companyColumn: null }]]);
const NATIVE_ID = '8f1f0f5e-0000-4000-8000-000000000001';

describe('the index of references', () => {
  let database: TestDatabase;
  let source: DataSource;
  beforeAll(async () => {
    database = testDatabase();
    source = await openMapperDatabase(database.url, 4, database.schema);
  });
  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const write = (n: string, key: string | null): Promise<ReferencesWritten> => {
    const row = key === null ? null : { id: NATIVE_ID, cells: { msdyn_groupid: key } };
    const seen = { table: TABLE, nativeId: NATIVE_ID, revision: { epoch: 1, n }, row };
    return inTransaction(source, (runner) =>
      writeReferences(runner, [seen as unknown as Observation], COLUMNS),
    );
  };
  const renamed = [{ table: TABLE, nativeId: NATIVE_ID }];

  it('tells of a key that is new, and of a row that goes by another one', async () => {
    expect(await write('1', '10')).toEqual({ renamed: [], hasNewKeys: true });
    expect(await write('3', '20')).toEqual({ renamed, hasNewKeys: true });
  });

  it('tells nothing of a row that goes by the same key, or of what it knows better', async () => {
    expect(await write('4', '20')).toEqual({ renamed: [], hasNewKeys: false });
    expect(await write('2', '10')).toEqual({ renamed: [], hasNewKeys: false });
  });

  it('tells of the key of a row that was deleted and is there again', async () => {
    expect(await write('5', null)).toEqual({ renamed: [], hasNewKeys: false });
    expect(await write('6', '20')).toEqual({ renamed: [], hasNewKeys: true });
  });
});
