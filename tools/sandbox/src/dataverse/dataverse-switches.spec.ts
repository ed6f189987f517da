import type { JsonObject } from '../json/exact-json';
import { testSandbox, tokenFor, type TestAnswer, type TestSandbox } from '../testing/sandbox-client';

const ID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const PATH = `/accounts(${ID})`;

describe('what is not known for sure of Dataverse, and who one acts as', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(() => env.dataverse.control('POST', 'reset'));
  const option = (values: object): Promise<unknown> => env.dataverse.control('PUT', 'options', values);
  const outcome = ({ status, json }: TestAnswer): unknown[] => [
    status,
    (json['error'] as JsonObject)?.['code'],
  ];
  const part = (id: number, body: object): string[] => [
    '--c',
    'Content-Type: application/http',
    `Content-ID: ${id}`,
    '',
    'POST accounts HTTP/1.1',
    '',
    JSON.stringify(body),
  ];

  it('given an ETag for a row that is not there, then 404, or 412 by option', async () => {
    const stale = { 'if-match': 'W/"1"' };
    expect(outcome(await env.dataverse.patch(PATH, { name: 'A' }, stale))).toEqual([404, '0x80040217']);
    await option({ missingRowWithEtagStatus: 412, versionMismatchCode: '' });
    expect(outcome(await env.dataverse.patch(PATH, { name: 'A' }, stale))).toEqual([412, '']);
    expect(outcome(await env.dataverse.remove(PATH, stale))).toEqual([412, '']);
    expect(outcome(await env.dataverse.remove(PATH, { 'if-match': '*' }))).toEqual([404, '0x80040217']);
  });

  it('given rounds of change tracking, then they come in pages, or whole by option', async () => {
    await env.dataverse.control(
      'PUT',
      'tables/account/rows',
      [1, 2, 3].map((n) => ({ name: `N${n}` })),
    );
    const prefer = { prefer: 'odata.track-changes,odata.maxpagesize=2' };
    const paged = await env.dataverse.get('/accounts?$select=name', prefer);
    expect([paged.json['@odata.nextLink'], paged.json['@odata.deltaLink']]).toEqual([
      expect.any(String),
      undefined,
    ]);
    await option({ trackingInPages: false });
    const whole = await env.dataverse.get('/accounts?$select=name', prefer);
    expect((whole.json['value'] as unknown[]).length).toBe(3);
    expect(whole.json['@odata.deltaLink']).toEqual(expect.any(String));
  });

  it('given a delta link, then it can be asked again, or once only by option', async () => {
    const start = await env.dataverse.get('/accounts?$select=name', { prefer: 'odata.track-changes' });
    const link = String(start.json['@odata.deltaLink']);
    expect([(await env.dataverse.get(link)).status, (await env.dataverse.get(link)).status]).toEqual([
      200, 200,
    ]);
    await option({ deltaLinkReplayable: false });
    expect([(await env.dataverse.get(link)).status, outcome(await env.dataverse.get(link))]).toEqual([
      200,
      [400, '0x80044352'],
    ]);
  });

  it('given a change set that fails, then its part names the culprit only by option', async () => {
    const lines = [
      '--b',
      'Content-Type: multipart/mixed; boundary=c',
      '',
      ...part(1, { name: 'a' }),
      ...part(2, { name: 'x'.repeat(500) }),
      '--c--',
      '--b--',
    ];
    const send = (): Promise<TestAnswer> =>
      env.dataverse.post('/$batch', lines.join('\r\n'), { 'content-type': 'multipart/mixed; boundary=b' });
    expect((await send()).text).not.toContain('Content-ID');
    await option({ failedSetEchoesContentId: true });
    expect((await send()).text).toContain('Content-ID: 2');
  });

  it('given an error and a wish for all annotations, then it says more', async () => {
    const plain = await env.dataverse.get(PATH);
    expect(Object.keys(plain.json['error'] as JsonObject)).toEqual(['code', 'message']);
    const more = await env.dataverse.get(PATH, { prefer: 'odata.include-annotations="*"' });
    expect(more.json['error']).toMatchObject({
      code: '0x80040217',
      '@Microsoft.PowerApps.CDS.InnerError.Message': `account With Id = ${ID} Does Not Exist`,
      '@Microsoft.PowerApps.CDS.HelpLink': expect.any(String),
    });
  });

  it('given a taken alternate key and a wish for annotations, then values and row are told, the owner is not', async () => {
    await env.dataverse.control('PUT', 'tables/cdm_company/rows', [
      { cdm_companyid: ID, cdm_companycode: 'usmf' },
    ]);
    const row = { accountnumber: 'C&1', 'msdyn_Company@odata.bind': `/cdm_companies(${ID})` };
    const first = await env.dataverse.post('/accounts', row);
    const second = await env.dataverse.post('/accounts', row, { prefer: 'odata.include-annotations="*"' });
    expect(outcome(second)).toEqual([412, '0x80060892']);
    expect(second.json['error']).toMatchObject({
      '@Microsoft.PowerApps.CDS.ErrorDetails.DuplicateAttributes': expect.stringContaining(
        '<accountnumber>C&amp;1</accountnumber>',
      ),
      '@Microsoft.PowerApps.CDS.ErrorDetails.DuplicateEntity': expect.stringContaining(
        '<Entity LogicalName="account"',
      ),
    });
    expect(second.text).not.toContain(first.headers.get('OData-EntityId')?.slice(-37, -1));
  });

  it('given two rows of one key in UpsertMultiple, then all is refused', async () => {
    const target = { '@odata.type': 'Microsoft.Dynamics.CRM.account', accountid: ID, name: 'A' };
    const answer = await env.dataverse.post('/accounts/Microsoft.Dynamics.CRM.UpsertMultiple', {
      Targets: [target, { ...target, accountid: ID.toUpperCase() }],
    });
    expect(outcome(answer)).toEqual([412, '0x80040237']);
    expect((await env.dataverse.get(PATH)).status).toBe(404);
  });

  it('given a team as the new owner, then the row is owned by it', async () => {
    await env.dataverse.post('/accounts', { accountid: ID, name: 'A' });
    const team = await env.dataverse.post('/teams', { name: 'usmf', teamtype: 0 });
    const url = team.headers.get('OData-EntityId') ?? '';
    await env.dataverse.patch(PATH, { 'ownerid@odata.bind': url });
    const { json } = await env.dataverse.get(
      `${PATH}?$select=_ownerid_value,_owningteam_value,_owninguser_value`,
      {
        prefer: 'odata.include-annotations="*"',
      },
    );
    expect(json).toMatchObject({
      _owningteam_value: url.slice(-37, -1),
      _owninguser_value: null,
      '_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'team',
      '_ownerid_value@OData.Community.Display.V1.FormattedValue': 'usmf',
    });
    const role = (await env.dataverse.get("/roles?$filter=name eq 'Basic User'")).json[
      'value'
    ] as JsonObject[];
    const link = { '@odata.id': `${env.dataverse.url}/api/data/v9.2/roles(${String(role[0]?.['roleid'])})` };
    expect((await env.dataverse.post(`${url}/teamroles_association/$ref`, link)).status).toBe(204);
    expect((await env.dataverse.get(`${url}/teamroles_association/$count`)).text).toBe('\uFEFF1');
  });

  describe('given somebody to act for', () => {
    let person: JsonObject;
    beforeEach(async () => {
      const mine = env.dataverse.token;
      env.dataverse.token = await tokenFor(env.sandbox, env.dataverse.url, 'person');
      await env.dataverse.post('/accounts', { accountid: ID, name: 'A' });
      const id = String((await env.dataverse.get('/WhoAmI')).json['UserId']);
      env.dataverse.token = mine;
      person = (await env.dataverse.get(`/systemusers(${id})`)).json;
    });

    it.each([
      ['MSCRMCallerID', 'systemuserid'],
      ['CallerObjectId', 'azureactivedirectoryobjectid'],
    ])('when %s names them, then they are the one who has written', async (header, member) => {
      await env.dataverse.patch(PATH, { name: 'B' }, { [header]: String(person[member]) });
      const { json } = await env.dataverse.get(`${PATH}?$select=_modifiedby_value`);
      expect(json['_modifiedby_value']).toBe(person['systemuserid']);
    });

    it('when nobody has that id, then 403', async () => {
      expect((await env.dataverse.patch(PATH, { name: 'B' }, { MSCRMCallerID: ID })).status).toBe(403);
    });
  });
});
