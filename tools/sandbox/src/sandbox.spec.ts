import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LoggedCommit } from './control/commit-log';
import type { JsonObject } from './json/exact-json';
import { eventually, testSandbox, tokenFor, type TestSandbox } from './testing/sandbox-client';

const GROUP = { dataAreaId: 'usmf', CustomerGroupId: '10', Description: 'Wholesale' };
const KEY = "/CustomerGroups(dataAreaId='usmf',CustomerGroupId='10')";

describe('the sandbox', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.fo.control('POST', 'reset');
    await env.dataverse.control('POST', 'reset');
  });

  describe('given tokens', () => {
    it.each([
      ['none', () => ''],
      ['made up', () => 'x.y.z'],
      ['for the other side', () => env.dataverse.token],
    ])('when it is %s, then 401', async (_, token) => {
      const response = await fetch(`${env.fo.url}/data/CustomerGroups`, {
        headers: { authorization: `Bearer ${token()}` },
      });
      expect(response.status).toBe(401);
    });

    it('when an hour has passed, then 401', async () => {
      await env.fo.control('POST', 'clock', { advanceSeconds: 3700 });
      expect((await env.fo.get('/CustomerGroups')).status).toBe(401);
      expect((await env.dataverse.get('/WhoAmI')).status).toBe(401);
    });

    it('when the secret is wrong or the resource is none, then the token server refuses', async () => {
      const ask = async (form: Record<string, string>, url = env.sandbox.oauth.tokenUrl): Promise<number> =>
        (
          await fetch(url, {
            method: 'POST',
            body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'x', ...form }),
          })
        ).status;
      const secret = env.sandbox.oauth.clientSecret;
      expect(await ask({ client_secret: 'no', scope: `${env.fo.url}/.default` })).toBe(401);
      expect(await ask({ client_secret: secret, scope: 'http://other.example/.default' })).toBe(400);
      expect(
        await ask(
          { client_secret: secret, resource: env.fo.url },
          `${env.sandbox.oauth.authority}/oauth2/token`,
        ),
      ).toBe(200);
    });
  });

  it('given commits on both sides, then each is told with its caller and values, numbered over both', async () => {
    await env.fo.post('/CustomerGroups', GROUP);
    await env.dataverse.post('/contacts', { lastname: 'Larsen' });
    await env.fo.patch(KEY, { Description: 'Retail' });
    await env.fo.post('/CustomerGroups', GROUP);
    await env.fo.remove(KEY);
    const commits = (side: typeof env.fo) =>
      side.control('GET', 'commits?since=0') as Promise<readonly LoggedCommit[]>;
    const fo = await commits(env.fo);
    const [contact] = (await commits(env.dataverse)).filter(({ table }) => table === 'contact');
    // The create that was refused, for the row is there, is no commit.
    expect(fo.map(({ operation }) => operation)).toEqual(['create', 'update', 'delete']);
    expect(fo.map(({ changed }) => changed['Description'])).toEqual([
      [null, 'Wholesale'],
      ['Wholesale', 'Retail'],
      ['Retail', null],
    ]);
    expect(contact?.changed['lastname']).toEqual([null, 'Larsen']);
    expect(contact?.n).toBeGreaterThan(fo[0]?.n ?? 0);
    expect(contact?.n).toBeLessThan(fo[1]?.n ?? 0);
    expect(new Set(fo.map(({ caller }) => caller)).size).toBe(1);
    expect(await env.fo.control('GET', `commits?since=${fo[1]?.n}`)).toEqual([fo[2]]);
  });

  it('given writes of two callers, then counters and log tell them apart', async () => {
    await env.fo.post('/CustomerGroups', GROUP);
    await env.fo.post('/CustomerGroups', GROUP);
    const mine = env.fo.token;
    env.fo.token = await tokenFor(env.sandbox, env.fo.url, 'person');
    await env.fo.patch(KEY, { Description: 'x' });
    env.fo.token = mine;
    const counters = (await env.fo.control('GET', 'counters')) as Record<string, Record<string, unknown>>;
    expect(counters['CustomerGroups']).toEqual({ create: 1, update: 1, delete: 0, read: 0, refused: 1 });
    expect(counters['callers']?.['person']).toEqual({
      CustomerGroups: { create: 0, update: 1, delete: 0, read: 0, refused: 0 },
    });
    const log = (await env.fo.control('GET', 'log?since=1')) as JsonObject[];
    expect(log.map(({ n, method, status, caller, lost }) => [n, method, status, caller, lost])).toEqual([
      [2, 'POST', 400, env.sandbox.oauth.clientId, false],
      [3, 'PATCH', 204, 'person', false],
    ]);
  });

  it('given a table put by a caller, then it has routes, metadata, keys and change tracking', async () => {
    const table = {
      logicalName: 'new_thing',
      entitySetName: 'new_things',
      primaryId: 'new_thingid',
      primaryName: 'new_name',
      columns: [
        { name: 'new_name', type: 'string', maxLength: 10 },
        { name: 'new_amount', type: 'decimal', precision: 2 },
        { name: 'new_owner', type: 'lookup', targets: ['account'] },
      ],
      alternateKeys: [{ columns: ['new_name'] }],
    };
    await env.dataverse.control('PUT', 'schema', { tables: [table] });
    const id = '00000000-0000-4000-8000-000000000001';
    await env.dataverse.control('PUT', 'tables/accounts/rows', [{ accountid: id }]);
    const prefer = { prefer: 'return=representation' };
    const answer = await env.dataverse.patch(
      "/new_things(new_name='a')",
      `{"new_amount":1.005,"new_owner@odata.bind":"accounts(${id})"}`,
      prefer,
    );
    expect(answer.text).toContain('"new_amount":1.01');
    expect(answer.json['_new_owner_value']).toBe(id);
    expect((await env.dataverse.get('/new_things', { prefer: 'odata.track-changes' })).json).toHaveProperty([
      '@odata.deltaLink',
    ]);
    expect((await env.dataverse.get('/$metadata')).text).toContain('<EntitySet Name="new_things"');
    expect(await env.dataverse.control('GET', 'tables/new_thing/rows')).toHaveLength(1);
  });

  describe('given faults', () => {
    it('when an answer is lost, then the write is there and the log says so', async () => {
      await env.fo.control('POST', 'faults', [
        { match: { table: 'CustomerGroups', operation: 'create' }, effect: { loseAnswer: true }, times: 1 },
      ]);
      await expect(env.fo.post('/CustomerGroups', GROUP)).rejects.toThrow();
      expect((await env.fo.get(KEY)).status).toBe(200);
      expect(((await env.fo.control('GET', 'log?since=0')) as JsonObject[])[0]).toMatchObject({
        status: 201,
        lost: true,
      });
    });

    it('when a side throttles, then 429 with Retry-After in its own words, and nothing is written', async () => {
      const fault = [{ match: { method: 'POST' }, effect: { status: 429, retryAfter: 5 }, times: 1 }];
      await env.fo.control('POST', 'faults', fault);
      await env.dataverse.control('POST', 'faults', fault);
      const fo = await env.fo.post('/CustomerGroups', GROUP);
      const dataverse = await env.dataverse.post('/accounts', {});
      expect([
        fo.status,
        fo.headers.get('retry-after'),
        fo.text.includes('high resource utilization'),
      ]).toEqual([429, '5', true]);
      expect([
        dataverse.status,
        dataverse.headers.get('retry-after'),
        dataverse.text.includes('0x80072322'),
      ]).toEqual([429, '5', true]);
      expect((await env.fo.get(KEY)).status).toBe(404);
    });

    it('when every third write fails, then just those do', async () => {
      await env.dataverse.control('POST', 'faults', [
        { match: { operation: 'create', every: 3 }, effect: { status: 503 } },
      ]);
      const statuses: number[] = [];
      for (let index = 0; index < 6; index += 1)
        statuses.push((await env.dataverse.post('/accounts', {})).status);
      expect(statuses).toEqual([204, 204, 503, 204, 204, 503]);
    });

    it('when a fault is misspelt, then it is refused', async () => {
      await expect(env.fo.control('POST', 'faults', [{ effect: { looseAnswer: true } }])).rejects.toThrow(
        'unknown effect',
      );
      await expect(
        env.fo.control('POST', 'faults', [{ match: { set: 'x' }, effect: { status: 500 } }]),
      ).rejects.toThrow('unknown match');
      await expect(env.fo.control('PUT', 'limits', { request: 1 })).rejects.toThrow('not request');
      await expect(env.fo.control('PUT', 'options', { nothing: 1 })).rejects.toThrow('unknown option');
    });

    it('when choices are drawn with a seed, then a second run draws the same', async () => {
      const draw = async (): Promise<number[]> => {
        await env.dataverse.control('DELETE', 'faults');
        await env.dataverse.control('POST', 'faults?seed=7', [
          { match: { probability: 0.5 }, effect: { status: 503 } },
        ]);
        const statuses: number[] = [];
        for (let index = 0; index < 12; index += 1)
          statuses.push((await env.dataverse.get('/accounts/$count')).status);
        return statuses;
      };
      const first = await draw();
      expect(await draw()).toEqual(first);
      expect(new Set(first).size).toBe(2);
    });

    it('when a side is away, then connections are cut until the fault ends, and control calls still work', async () => {
      await env.fo.control('POST', 'faults', [{ effect: { away: true } }]);
      await expect(env.fo.get('/CustomerGroups')).rejects.toThrow();
      expect((await env.dataverse.get('/WhoAmI')).status).toBe(200);
      await env.fo.control('DELETE', 'faults');
      expect((await env.fo.get('/CustomerGroups')).status).toBe(200);
    });

    it('when a plug-in edits what was written, then the row changes once more, by another user', async () => {
      await env.dataverse.control('POST', 'faults', [
        { match: { table: 'account' }, effect: { pluginEdit: { description: 'checked' } }, times: 1 },
      ]);
      const prefer = { prefer: 'return=representation' };
      const { json } = await env.dataverse.post(
        '/accounts?$select=description,_modifiedby_value',
        { name: 'A' },
        prefer,
      );
      expect(json['description']).toBeNull();
      const path = `/accounts(${String(json['accountid'])})?$select=description,_modifiedby_value`;
      await eventually(async () => (await env.dataverse.get(path)).json['description'] === 'checked');
      expect((await env.dataverse.get(path)).json['_modifiedby_value']).not.toBe(json['_modifiedby_value']);
    });
  });

  it('given budgets, then the caller is refused when they are used up and let in after the window', async () => {
    await env.dataverse.control('PUT', 'limits', { requests: 2, windowSeconds: 60 });
    const statuses = [
      await env.dataverse.get('/WhoAmI'),
      await env.dataverse.get('/WhoAmI'),
      await env.dataverse.get('/WhoAmI'),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(Number(statuses[2]?.headers.get('retry-after'))).toBeGreaterThan(50);
    await env.dataverse.control('POST', 'clock', { advanceSeconds: 61 });
    expect((await env.dataverse.get('/WhoAmI')).status).toBe(200);
  });

  describe('given an endpoint for data events', () => {
    let server: Server;
    let received: JsonObject[];
    let failures: number;
    beforeEach(async () => {
      received = [];
      failures = 0;
      server = createServer((request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          failures -= 1;
          if (failures < 0) received.push(JSON.parse(body) as JsonObject);
          response.writeHead(failures < 0 ? 200 : 500).end();
        });
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      await env.fo.control('PUT', 'options', {
        dataEventsUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`,
      });
    });
    afterEach(async () => {
      await env.fo.control('PUT', 'options', { dataEventsUrl: '' });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });

    it('when a row is created, changed and deleted, then three events come in order, each with the key', async () => {
      await env.fo.post('/CustomerGroups', GROUP);
      await env.fo.patch(KEY, { Description: 'x' });
      await env.fo.remove(KEY);
      await eventually(() => received.length === 3);
      expect(received.map(({ MessageName, PrimaryEntityName }) => [MessageName, PrimaryEntityName])).toEqual([
        ['Create', 'CustomerGroups'],
        ['Update', 'CustomerGroups'],
        ['Delete', 'CustomerGroups'],
      ]);
      for (const event of received) {
        const [target] = event['InputParameters'] as { key: string; value: JsonObject }[];
        expect(target?.value['KeyAttributes']).toEqual([
          { key: 'dataareaid', value: 'usmf' },
          { key: 'customergroupid', value: '10' },
        ]);
      }
    });

    it('when the endpoint fails at first, then the event is tried again', async () => {
      failures = 2;
      await env.fo.post('/CustomerGroups', GROUP);
      await eventually(() => received.length === 1);
    });

    it('when rows are loaded quietly, then no event; as a user, then one each', async () => {
      await env.fo.control('PUT', 'tables/CustomerGroups/rows', [GROUP]);
      await env.fo.control('PUT', 'tables/CustomerGroups/rows?events=true', [
        { ...GROUP, CustomerGroupId: '20' },
      ]);
      await eventually(() => received.length === 1);
      expect(JSON.stringify(received[0])).toContain('"20"');
    });

    it('when events are dropped, doubled or late, then that is what comes', async () => {
      await env.fo.control('POST', 'faults', [
        { match: { operation: 'create' }, effect: { dropEvent: true } },
        { match: { operation: 'update' }, effect: { duplicateEvent: true } },
        { match: { operation: 'delete' }, effect: { delayEventMs: 1_500 } },
      ]);
      await env.fo.post('/CustomerGroups', GROUP);
      await env.fo.patch(KEY, { Description: 'x' });
      await env.fo.remove(KEY);
      await env.fo.control('DELETE', 'faults');
      await env.fo.post('/CustomerGroups', GROUP);
      await eventually(() => received.length === 4);
      expect(received.map(({ MessageName }) => MessageName)).toEqual([
        'Update',
        'Update',
        'Create',
        'Delete',
      ]);
    });
  });
});
