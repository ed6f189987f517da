import type { JsonObject } from '../../json/exact-json';
import { eventually, testSandbox, type TestAnswer, type TestSandbox } from '../../testing/sandbox-client';
import { webhookReceiver, type WebhookReceiver } from '../../testing/webhook-receiver';

const ID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const STEP = '30000000-0000-4000-8000-000000000005';
const ENDPOINT = '30000000-0000-4000-8000-000000000006';

describe('webhooks of Dataverse', () => {
  let env: TestSandbox;
  let hook: WebhookReceiver;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    hook = await webhookReceiver();
    await env.dataverse.control('POST', 'reset');
  });
  afterEach(() => hook.close());

  interface Registration {
    message?: string;
    mode?: number;
    filtering?: string;
    endpoint?: JsonObject;
    images?: JsonObject[];
    handler?: JsonObject;
    more?: JsonObject;
  }

  /** As an administrator does it: the endpoint, then a step for one message of one table, then its images. */
  async function register({
    message = 'Update',
    mode = 1,
    filtering,
    endpoint,
    images = [],
    handler = { 'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${ENDPOINT})` },
    more = {},
  }: Registration) {
    const { dataverse } = env;
    const value = async (query: string): Promise<JsonObject> =>
      ((await dataverse.get(query)).json['value'] as JsonObject[])[0] as JsonObject;
    const found = await value(
      `/sdkmessagefilters?$select=sdkmessagefilterid&$expand=sdkmessageid($select=name)&$filter=sdkmessageid/name eq '${message}' and primaryobjecttypecode eq 'account'`,
    );
    const made: TestAnswer[] = [
      await dataverse.patch(`/serviceendpoints(${ENDPOINT})`, {
        name: 'hook',
        contract: 8,
        url: hook.url,
        authtype: 4,
        authvalue: 'shared value',
        ...endpoint,
      }),
      await dataverse.post('/sdkmessageprocessingsteps', {
        sdkmessageprocessingstepid: STEP,
        name: 'step',
        mode,
        stage: 40,
        rank: 1,
        ...(filtering === undefined ? {} : { filteringattributes: filtering }),
        'sdkmessageid@odata.bind': `/sdkmessages(${String((found['sdkmessageid'] as JsonObject)['sdkmessageid'])})`,
        'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${String(found['sdkmessagefilterid'])})`,
        ...handler,
        ...more,
      }),
    ];
    for (const image of images)
      made.push(
        await dataverse.post('/sdkmessageprocessingstepimages', {
          ...image,
          messagepropertyname: 'Target',
          'sdkmessageprocessingstepid@odata.bind': `/sdkmessageprocessingsteps(${STEP})`,
        }),
      );
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 204));
  }
  const pairs = (list: unknown): Record<string, unknown> =>
    Object.fromEntries((list as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]));
  const target = (call: { body: JsonObject }): { Attributes: unknown; Id: string } =>
    pairs(call.body['InputParameters'])['Target'] as { Attributes: unknown; Id: string };
  const calls = async (count: number): Promise<void> => eventually(() => hook.calls.length >= count);
  const jobs = async (): Promise<JsonObject[]> =>
    (await env.dataverse.control('GET', 'tables/asyncoperation/rows')) as JsonObject[];

  describe('given an asynchronous step', () => {
    it('when a row is updated, then what was written comes in pairs, with images, the tag and who did it', async () => {
      await register({
        images: [{ name: 'post', entityalias: 'post', imagetype: 1, attributes: 'accountnumber' }],
      });
      await env.dataverse.post('/accounts', {
        accountid: ID,
        name: 'A',
        accountnumber: 'C-1',
        creditlimit: 12.5,
      });
      await env.dataverse.patch(`/accounts(${ID})?tag=erp-sync`, { name: 'Nordwind', creditlimit: 99.25 });
      await calls(1);
      const call = hook.calls[0] as (typeof hook.calls)[number];
      expect(call.url).toBe('/hooks?code=shared%20value');
      expect(call.headers).toMatchObject({
        'content-type': 'application/json',
        'x-ms-dynamics-organization': env.dataverse.url.replace('http://', ''),
        'x-ms-dynamics-entity-name': 'account',
        'x-ms-dynamics-request-name': 'Update',
        'x-ms-correlation-request-id': call.body['CorrelationId'],
      });
      expect(call.body).toMatchObject({
        MessageName: 'Update',
        Mode: 1,
        Stage: 40,
        Depth: 1,
        PrimaryEntityName: 'account',
        PrimaryEntityId: ID,
        PreEntityImages: [],
        OwningExtension: { Id: STEP, LogicalName: 'sdkmessageprocessingstep' },
      });
      const user = (await env.dataverse.get('/WhoAmI')).json['UserId'];
      expect([call.body['UserId'], call.body['InitiatingUserId']]).toEqual([user, user]);
      expect(pairs(call.body['SharedVariables'])).toEqual({ tag: 'erp-sync' });
      const attributes = pairs(target(call).Attributes);
      expect(Object.keys(attributes).sort()).toEqual([
        'accountid',
        'creditlimit',
        'modifiedby',
        'modifiedon',
        'name',
      ]);
      expect(attributes).toMatchObject({
        name: 'Nordwind',
        accountid: ID,
        creditlimit: { __type: 'Money:http://schemas.microsoft.com/xrm/2011/Contracts', Value: 99.25 },
        modifiedby: { LogicalName: 'systemuser', Id: user },
        modifiedon: expect.stringMatching(/^\/Date\(\d+\)\/$/),
      });
      expect(call.text).toContain('\\/Date(');
      const { post } = pairs(call.body['PostEntityImages']) as {
        post: { Attributes: unknown; __type?: string };
      };
      expect(pairs(post.Attributes)).toEqual({ accountnumber: 'C-1', accountid: ID });
      expect(post.__type).toBeUndefined();
    });

    it('when its secret is read, then it is empty', async () => {
      await register({});
      expect((await env.dataverse.get(`/serviceendpoints(${ENDPOINT})`)).json['authvalue']).toBeNull();
    });

    it.each([
      [5, '<settings><setting name="x-key" value="a&amp;b" /></settings>', '/hooks', 'a&b'],
      [6, '<settings><setting name="k" value="v" /></settings>', '/hooks?k=v', undefined],
    ])(
      'when its proof is of kind %i, then it stands where it belongs',
      async (authtype, authvalue, url, key) => {
        await register({ message: 'Create', endpoint: { authtype, authvalue } });
        await env.dataverse.post('/accounts', { name: 'A' });
        await calls(1);
        expect([hook.calls[0]?.url, hook.calls[0]?.headers['x-key']]).toEqual([url, key]);
      },
    );

    it('when a row is deleted, then the target is a reference', async () => {
      await register({ message: 'Delete', images: [{ name: 'pre', entityalias: 'pre', imagetype: 0 }] });
      await env.dataverse.post('/accounts', { accountid: ID, name: 'A' });
      await env.dataverse.remove(`/accounts(${ID})`);
      await calls(1);
      const call = hook.calls[0] as (typeof hook.calls)[number];
      expect(target(call)).toMatchObject({ Id: ID, LogicalName: 'account' });
      expect(pairs((pairs(call.body['PreEntityImages'])['pre'] as JsonObject)['Attributes'])).toMatchObject({
        name: 'A',
      });
    });

    it('when it names columns, then a write of others does not call it, one of the same value does', async () => {
      await register({ filtering: 'telephone1,name' });
      await env.dataverse.post('/accounts', { accountid: ID, name: 'A' });
      await env.dataverse.patch(`/accounts(${ID})`, { accountnumber: 'x' });
      await env.dataverse.patch(`/accounts(${ID})`, { name: 'A' });
      await calls(1);
      expect(pairs(target(hook.calls[0] as (typeof hook.calls)[number]).Attributes)).toMatchObject({
        name: 'A',
      });
      expect(hook.calls).toHaveLength(1);
    });

    it('when it is disabled, bypassed or named among ids to bypass, then it is not called', async () => {
      await register({});
      await env.dataverse.post('/accounts', { accountid: ID, name: 'A' });
      const write = (name: string, headers?: Record<string, string>): Promise<TestAnswer> =>
        env.dataverse.patch(`/accounts(${ID})`, { name }, headers);
      await write('B', { 'MSCRM.BypassBusinessLogicExecution': 'CustomSync,CustomAsync' });
      await write('C', { 'MSCRM.BypassBusinessLogicExecutionStepIds': STEP });
      await write('D', { 'MSCRM.BypassCustomPluginExecution': 'true' });
      await env.dataverse.patch(`/sdkmessageprocessingsteps(${STEP})`, { statecode: 1 });
      await write('E');
      await calls(1);
      expect(hook.calls.map((call) => pairs(target(call).Attributes)['name'])).toEqual(['D']);
    });

    it('when the body is over 256 KB, then the rows are left out of it and a header says so', async () => {
      await register({ message: 'Create' });
      await env.dataverse.control('PUT', 'schema', {
        tables: [
          {
            ...(
              (await env.dataverse.control('GET', 'schema')) as { tables: { logicalName: string }[] }
            ).tables.find(({ logicalName }) => logicalName === 'account'),
            columns: [
              { name: 'accountid', type: 'uniqueidentifier' },
              { name: 'name', type: 'string' },
              { name: 'description', type: 'memo', maxLength: 400_000 },
            ],
            relationships: [],
            alternateKeys: [],
          },
        ],
      });
      await env.dataverse.post('/accounts', { accountid: ID, name: 'A', description: 'x'.repeat(300_000) });
      await calls(1);
      const call = hook.calls[0] as (typeof hook.calls)[number];
      expect(call.headers['x-ms-dynamics-msg-size-exceeded']).toBe('true');
      for (const name of ['ParentContext', 'InputParameters', 'PreEntityImages', 'PostEntityImages'])
        expect(call.body).not.toHaveProperty(name);
      expect(call.body).toMatchObject({ PrimaryEntityId: ID, PrimaryEntityName: 'account' });
    });

    it.each([
      [[503, 200], 2, 30],
      [[502, 504], 2, 31],
      [[500], 1, 31],
      [[404], 1, 31],
    ])('when it answers %j, then %i calls and a system job in status %i', async (answers, count, status) => {
      await register({ message: 'Create' });
      hook.answers = answers;
      await env.dataverse.post('/accounts', { name: 'A' });
      await eventually(async () => (await jobs()).length === 1);
      expect(hook.calls).toHaveLength(count);
      expect((await jobs())[0]).toMatchObject({
        statuscode: status,
        statecode: 3,
        messagename: 'Create',
        _owningextensionid_value: STEP,
      });
    });

    it('when it stays silent past the limit, then it fails without another try', async () => {
      await register({ message: 'Create' });
      await env.dataverse.control('PUT', 'options', { webhookTimeoutMs: 50 });
      hook.answers = ['silent'];
      await env.dataverse.post('/accounts', { name: 'A' });
      await eventually(async () => (await jobs()).length === 1);
      expect([hook.calls.length, (await jobs())[0]?.['statuscode']]).toEqual([1, 31]);
    });

    it('when finished jobs are deleted, then only failed ones are kept', async () => {
      await register({ message: 'Create', more: { asyncautodelete: true } });
      hook.answers = [200, 500];
      await env.dataverse.post('/accounts', { name: 'A' });
      await calls(1);
      await env.dataverse.post('/accounts', { name: 'B' });
      await eventually(async () => (await jobs()).length === 1);
      expect((await jobs())[0]?.['statuscode']).toBe(31);
    });

    it('when bulk messages write rows, then each has its event', async () => {
      await register({ message: 'Create' });
      const type = { '@odata.type': 'Microsoft.Dynamics.CRM.account' };
      await env.dataverse.post('/accounts/Microsoft.Dynamics.CRM.CreateMultiple', {
        Targets: [
          { ...type, name: 'A' },
          { ...type, name: 'B' },
        ],
      });
      await calls(2);
    });

    it('when faults drop, double or delay events, then so it is', async () => {
      await register({ message: 'Create' });
      await env.dataverse.control('POST', 'faults', [
        { match: { table: 'account', operation: 'create' }, effect: { dropEvent: true }, times: 1 },
      ]);
      await env.dataverse.post('/accounts', { name: 'A' });
      await env.dataverse.control('DELETE', 'faults');
      await env.dataverse.control('POST', 'faults', [{ effect: { duplicateEvent: true }, times: 1 }]);
      await env.dataverse.post('/accounts', { name: 'B' });
      await calls(2);
      expect(hook.calls.map((call) => pairs(target(call).Attributes)['name'])).toEqual(['B', 'B']);
    });
  });

  describe('given a synchronous step', () => {
    const name = async (): Promise<unknown> =>
      (await env.dataverse.get(`/accounts(${ID})?$select=name`)).json['name'] ?? null;
    beforeEach(async () => {
      await env.dataverse.post('/accounts', { accountid: ID, name: 'A' });
    });

    it('when it agrees, then the write stays, and the version is that of the answer', async () => {
      await register({ mode: 0 });
      const { json } = await env.dataverse.patch(
        `/accounts(${ID})?$select=name`,
        { name: 'B' },
        { prefer: 'return=representation' },
      );
      const read = await env.dataverse.get(`/accounts(${ID})?$select=name`);
      expect([read.json['name'], read.json['@odata.etag']]).toEqual(['B', json['@odata.etag']]);
      expect(hook.calls[0]?.body).toMatchObject({ Mode: 0, IsInTransaction: true });
    });

    it.each<[string, number | 'silent']>([
      ['refuses', 400],
      ['stays silent', 'silent'],
    ])('when it %s, then the write is taken back', async (_, answer) => {
      await register({ mode: 0 });
      await env.dataverse.control('PUT', 'options', { webhookTimeoutMs: 50 });
      const before = await env.dataverse.get(`/accounts(${ID})`);
      hook.answers = [answer];
      const refused = await env.dataverse.patch(`/accounts(${ID})`, { name: 'B' });
      expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('0x80040265')]);
      expect(refused.text).toContain('Endpoint unavailable');
      expect((await env.dataverse.get(`/accounts(${ID})`)).text).toBe(before.text);
    });

    it('when it is a plug-in that calls a service, then the reason of the service is told to whoever saves', async () => {
      await env.dataverse.patch(`/plugintypes(${ENDPOINT})`, { typename: 'Sandbox.Plugins.CallService' });
      await register({
        mode: 0,
        handler: { 'eventhandler_plugintype@odata.bind': `/plugintypes(${ENDPOINT})` },
        more: {
          configuration: JSON.stringify({ url: hook.url, headers: { 'x-key': 'secret' } }),
        },
      });
      const before = await env.dataverse.get(`/accounts(${ID})`);
      hook.answers = [{ status: 409, body: { detail: 'The credit limit is too high.' } }];
      const refused = await env.dataverse.patch(`/accounts(${ID})`, { name: 'B' });
      expect([refused.status, refused.json['error']]).toEqual([
        400,
        expect.objectContaining({ code: '0x80040265', message: 'The credit limit is too high.' }),
      ]);
      expect(hook.calls[0]?.headers['x-key']).toBe('secret');
      expect((await env.dataverse.get(`/accounts(${ID})`)).text).toBe(before.text);
      expect((await env.dataverse.patch(`/accounts(${ID})`, { name: 'C' })).status).toBe(204);
      expect(await name()).toBe('C');
    });

    it('when it has not answered yet, then others read the row of before and write other rows', async () => {
      await register({ mode: 0 });
      let agree = (_: number): void => undefined;
      hook.answers = [() => new Promise<number>((resolve) => (agree = resolve))];
      const write = env.dataverse.patch(`/accounts(${ID})`, { name: 'B' });
      await calls(1);
      expect(await name()).toBe('A');
      expect((await env.dataverse.post('/accounts', { name: 'other' })).status).toBe(204);
      agree(200);
      expect((await write).status).toBe(204);
      expect(await name()).toBe('B');
    });

    it('when the row has changed meanwhile, then the step is asked again about the row as it is', async () => {
      await register({ mode: 0 });
      let agree = (_: number): void => undefined;
      hook.answers = [() => new Promise<number>((resolve) => (agree = resolve))];
      const write = env.dataverse.patch(`/accounts(${ID})`, { name: 'B' });
      await calls(1);
      await env.dataverse.patch(
        `/accounts(${ID})`,
        { telephone1: '1' },
        { 'MSCRM.BypassBusinessLogicExecution': 'CustomSync' },
      );
      agree(200);
      expect((await write).status).toBe(204);
      expect(hook.calls).toHaveLength(2);
      const { json } = await env.dataverse.get(`/accounts(${ID})?$select=name,telephone1`);
      expect(json).toMatchObject({ name: 'B', telephone1: '1' });
    });

    it('when it refuses one row of a change set, then the whole set is taken back', async () => {
      await register({ mode: 0, message: 'Create' });
      hook.answers = [200, 500];
      const part = (id: number, body: object): string[] => [
        '--c',
        'Content-Type: application/http',
        `Content-ID: ${id}`,
        '',
        'POST accounts HTTP/1.1',
        '',
        JSON.stringify(body),
      ];
      const lines = [
        '--b',
        'Content-Type: multipart/mixed; boundary=c',
        '',
        ...part(1, { name: 'x' }),
        ...part(2, { name: 'y' }),
        '--c--',
        '--b--',
      ];
      const answer = await env.dataverse.post('/$batch', lines.join('\r\n'), {
        'content-type': 'multipart/mixed; boundary=b',
      });
      expect(answer.status).toBe(400);
      expect((await env.dataverse.get('/accounts/$count')).text).toBe('\uFEFF1');
    });
  });
});
