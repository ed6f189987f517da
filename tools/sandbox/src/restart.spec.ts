import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RowStore } from './store/row-store';
import { testSandbox, type TestSandbox } from './testing/sandbox-client';

const ID = '00000000-0000-4000-8000-000000000001';

describe('given a state folder', () => {
  let directory: string;
  let running: TestSandbox[];
  const start = async (): Promise<TestSandbox> => {
    const env = await testSandbox({ stateDirectory: directory });
    running.push(env);
    return env;
  };
  beforeEach(() => {
    running = [];
    directory = mkdtempSync(path.join(tmpdir(), 'sandbox-'));
  });
  afterEach(async () => {
    for (const env of running) await env.close();
    rmSync(directory, { recursive: true, force: true });
  });

  it('when the sandbox starts again, then rows, versions, tokens, tables and environment id are those of before', async () => {
    const before = await start();
    await before.fo.post('/Currencies', { CurrencyCode: 'USD' });
    await before.fo.patch("/Currencies(CurrencyCode='USD')", { Name: 'Dollar' });
    await before.dataverse.control('PUT', 'schema', {
      tables: [{ logicalName: 'new_x', entitySetName: 'new_xs', primaryId: 'new_xid', columns: [] }],
    });
    await before.dataverse.post('/accounts', { accountid: ID, name: 'A', creditlimit: 5 });
    const tracked = await before.dataverse.get('/accounts?$select=name', { prefer: 'odata.track-changes' });
    await before.dataverse.post('/accounts', { name: 'B' });
    await before.dataverse.remove(`/accounts(${ID})`);
    const rows = await before.dataverse.control('GET', 'tables/account/rows');
    const currency = await before.fo.control('GET', 'tables/Currencies/rows');
    const environment = (await before.dataverse.get('/WhoAmI')).json['OrganizationId'];
    await running.pop()?.close();

    const after = await start();
    expect(after.sandbox.oauth).toEqual(before.sandbox.oauth);
    expect(await after.dataverse.control('GET', 'tables/account/rows')).toEqual(rows);
    expect(await after.fo.control('GET', 'tables/Currencies/rows')).toEqual(currency);
    expect((await after.dataverse.get('/WhoAmI')).json['OrganizationId']).toBe(environment);
    expect((await after.dataverse.get('/new_xs')).status).toBe(200);
    const link = String(tracked.json['@odata.deltaLink']).replace(before.dataverse.url, after.dataverse.url);
    const changes = (await after.dataverse.get(link)).json['value'] as Record<string, unknown>[];
    expect(changes.map((row) => row['name'] ?? row['id'])).toEqual(['B', ID]);
  });

  it('when the last line was cut short by a crash, then all before it is there and writing goes on', () => {
    const store = new RowStore(directory);
    store.transaction((unit) => unit.put('t', { key: 'a', id: '1', cells: { x: 1 } }));
    const { seq } = store;
    // Not closed: a process that is killed closes nothing.
    appendFileSync(path.join(directory, readdirSync(directory)[0] as string), '[["put","t","b","2",5,');
    const again = new RowStore(directory);
    expect([[...again.table('t').rows.keys()], again.seq]).toEqual([['a'], seq]);
    again.transaction((unit) => unit.put('t', { key: 'c', id: '3', cells: {} }));
    again.close();
    expect([...new RowStore(directory).table('t').rows.keys()]).toEqual(['a', 'c']);
  });

  it('when a unit fails, then its writes are taken back, in memory and on disk', () => {
    const store = new RowStore(directory);
    store.shape({ name: 't', uniques: [{ name: 'x', columns: ['x'] }] });
    store.transaction((unit) => unit.put('t', { key: 'a', id: '1', cells: { x: 'one' } }));
    expect(() =>
      store.transaction((unit) => {
        unit.put('t', { key: 'a', id: '1', cells: { x: 'two' } });
        unit.put('t', { key: 'b', id: '2', cells: { x: 'one' } });
        unit.remove('t', 'a');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(store.table('t').findUnique('x', { x: 'ONE' })?.key).toBe('a');
    expect(store.table('t').findUnique('x', { x: 'two' })).toBeUndefined();
    expect(
      store
        .table('t')
        .changes.between(0, store.seq)
        .written.map(({ key }) => key),
    ).toEqual(['a']);
    store.close();
    expect([...new RowStore(directory).table('t').rows.keys()]).toEqual(['a']);
  });
});
