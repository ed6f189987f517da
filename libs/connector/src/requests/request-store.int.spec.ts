import type { RequestStatus } from '@dualwrite/events';
import { inTransaction, openDatabase, outboxMigration } from '@dualwrite/persistence';
import { Cleanups, testDatabase } from '@dualwrite/testing';
import { ConnectorTables1700000001000 } from '../register/register.migration';
import { RequestStore } from './request-store';

const ended = (id: string): RequestStatus => ({
  kind: 'request',
  id,
  side: 'fo',
  table: 'CustomersV3',
  company: '*',
  runId: null,
  outcome: 'done',
  rowCount: 1,
  nextCursor: null,
  epoch: 1,
  at: '2026-01-01T00:00:00Z',
});

describe('RequestStore', () => {
  const cleanups = new Cleanups();
  afterEach(() => cleanups.run());

  it('given answers that nobody can ask for any more, then they go from the database and from the topic, others stay', async () => {
    const { url, schema, drop } = testDatabase();
    cleanups.add(drop);
    const database = await openDatabase({
      url,
      schema,
      migrations: [outboxMigration, ConnectorTables1700000001000],
    });
    cleanups.add(() => database.destroy());
    const store = new RequestStore(database);
    await inTransaction(database, async (runner) => {
      for (const id of ['old', 'young']) await store.save(runner, ended(id));
    });
    await database.query(`update request set ended_at = now() - interval '8 days 1 s' where id = 'old'`);

    expect(await store.forgetOld('t.status')).toBe(false);
    expect(await store.find('old')).toBeUndefined();
    expect(await store.find('young')).toMatchObject({ id: 'young' });
    const said: unknown = await database.query('select topic, key, value from outbox');
    expect(said).toEqual([{ topic: 't.status', key: 'request/old', value: null }]);
  });
});
