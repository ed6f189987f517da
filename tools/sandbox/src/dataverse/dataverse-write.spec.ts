import { testSandbox, type TestSandbox } from '../testing/sandbox-client';

const ID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const OTHER = '11111111-2222-4333-8444-555555555555';

describe('writing to Dataverse', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
    await env.dataverse.control('PUT', 'tables/cdm_companies/rows', [
      { cdm_companyid: OTHER, cdm_companycode: 'usmf' },
    ]);
  });
  const code = (json: unknown): unknown => (json as { error: { code: string } }).error.code;

  it('when a row is created, then 204 names it by id; asked for the row, then 201 shows it and no OData-EntityId', async () => {
    const plain = await env.dataverse.post('/accounts', { name: 'A', accountid: ID });
    expect([plain.status, plain.headers.get('OData-EntityId'), plain.text]).toEqual([
      204,
      `${env.dataverse.url}/api/data/v9.2/accounts(${ID})`,
      '',
    ]);
    const shown = await env.dataverse.post(
      '/accounts?$select=name',
      { name: 'B' },
      { prefer: 'return=representation' },
    );
    expect([
      shown.status,
      shown.headers.get('OData-EntityId'),
      shown.headers.get('Preference-Applied'),
    ]).toEqual([201, null, 'return=representation']);
    expect(Object.keys(shown.json)).toEqual(['@odata.context', '@odata.etag', 'name', 'accountid']);
  });

  describe('given PATCH, by the table of preconditions', () => {
    const path = `/accounts(${ID})`;

    it('when the row is missing, then it is created with that id', async () => {
      expect((await env.dataverse.patch(path, { name: 'A' }, { 'if-none-match': 'null' })).status).toBe(204);
      expect((await env.dataverse.get(`${path}?$select=name`)).json['name']).toBe('A');
    });

    it('when the row is missing and If-Match is *, then 404 and nothing is created', async () => {
      const answer = await env.dataverse.patch(path, { name: 'A' }, { 'if-match': '*' });
      expect([answer.status, code(answer.json)]).toEqual([404, '0x80040217']);
      expect((await env.dataverse.get(path)).status).toBe(404);
    });

    it('when the row is there and If-None-Match is *, then 412', async () => {
      await env.dataverse.patch(path, { name: 'A' });
      const answer = await env.dataverse.patch(path, { name: 'B' }, { 'if-none-match': '*' });
      expect([answer.status, code(answer.json)]).toEqual([412, '0x80040237']);
      expect(answer.text).toContain('A record with matching key values already exists.');
    });

    it('when If-Match is the current version, then 204; a version before, then 412 by its code', async () => {
      await env.dataverse.patch(path, { name: 'A' });
      const etag = (await env.dataverse.get(path)).headers.get('etag') ?? '';
      expect((await env.dataverse.patch(path, { name: 'B' }, { 'if-match': etag })).status).toBe(204);
      const stale = await env.dataverse.patch(path, { name: 'C' }, { 'if-match': etag });
      expect([stale.status, code(stale.json)]).toEqual([412, '0x80060882']);
      expect((await env.dataverse.remove(path, { 'if-match': etag })).status).toBe(412);
      expect((await env.dataverse.get(`${path}?$select=name`)).json['name']).toBe('B');
    });

    it('when a representation is asked for, then 201 tells created and 200 updated, with an ETag', async () => {
      const prefer = { prefer: 'return=representation' };
      const created = await env.dataverse.patch(`${path}?$select=accountid`, { name: 'A' }, prefer);
      const updated = await env.dataverse.patch(`${path}?$select=accountid`, { name: 'B' }, prefer);
      expect([created.status, updated.status]).toEqual([201, 200]);
      expect(updated.headers.get('etag')).toBe(updated.json['@odata.etag']);
    });
  });

  describe('given an alternate key', () => {
    const key = `accounts(accountnumber='C-1',_msdyn_company_value=${OTHER})`;

    it('when upserted by key, then OData-EntityId echoes the key, and absent key columns come from the URL', async () => {
      const answer = await env.dataverse.patch(`/${key}`, { name: 'A' });
      expect(answer.headers.get('OData-EntityId')).toBe(`${env.dataverse.url}/api/data/v9.2/${key}`);
      const row = await env.dataverse.get(`/${key}?$select=accountnumber,_msdyn_company_value`);
      expect([row.json['accountnumber'], row.json['_msdyn_company_value']]).toEqual(['C-1', OTHER]);
    });

    it('when an existing row is upserted by key, then key columns in the body are dropped', async () => {
      await env.dataverse.patch(`/${key}`, { name: 'A' });
      expect((await env.dataverse.patch(`/${key}`, { name: 'B', accountnumber: 'C-2' })).status).toBe(204);
      expect((await env.dataverse.get(`/${key}?$select=name`)).json['name']).toBe('B');
    });

    it('when a second row takes the key, then 412 0x80060892; the id a second time, then 0x80040237', async () => {
      const row = {
        accountid: ID,
        accountnumber: 'C-1',
        'msdyn_Company@odata.bind': `/cdm_companies(${OTHER})`,
      };
      await env.dataverse.post('/accounts', row);
      const twin = await env.dataverse.post('/accounts', { ...row, accountid: OTHER });
      expect([twin.status, code(twin.json)]).toEqual([412, '0x80060892']);
      const again = await env.dataverse.post('/accounts', { accountid: ID, accountnumber: 'C-9' });
      expect([again.status, code(again.json)]).toEqual([412, '0x80040237']);
    });

    it('when the value has a character that does not work in keys, then 400, though it is unique all the same', async () => {
      const answer = await env.dataverse.get(
        `/accounts(accountnumber='${encodeURIComponent('C/1')}',_msdyn_company_value=${OTHER})`,
      );
      expect([answer.status, code(answer.json)]).toEqual([400, '0x80060888']);
    });

    it('when no row has the key, then 404 0x80060891; when the key is none, then 400', async () => {
      expect(code((await env.dataverse.get(`/${key}`)).json)).toBe('0x80060891');
      expect((await env.dataverse.get("/accounts(name='A')")).text).toContain('is not valid for resource');
    });
  });

  describe('given lookups', () => {
    it.each([
      ['a relative URL', (_: string) => "cdm_companies(cdm_companycode='usmf')"],
      ['a leading slash', (_: string) => `/cdm_companies(${OTHER})`],
      ['a full URL', (url: string) => `${url}/api/data/v9.1/cdm_companies(${OTHER})`],
    ])('when bound by %s, then it reads as the id, and null clears it', async (_, target) => {
      const bound = await env.dataverse.patch(`/accounts(${ID})`, {
        'msdyn_Company@odata.bind': target(env.dataverse.url),
      });
      expect(bound.status).toBe(204);
      expect((await env.dataverse.get(`/accounts(${ID})`)).json['_msdyn_company_value']).toBe(OTHER);
      await env.dataverse.patch(`/accounts(${ID})`, { 'msdyn_Company@odata.bind': null });
      expect((await env.dataverse.get(`/accounts(${ID})`)).json['_msdyn_company_value']).toBeNull();
    });

    it('when the name has the wrong case, the target is missing or the URL is none, then each has its code', async () => {
      const bind = async (name: string, target: string): Promise<unknown> =>
        code((await env.dataverse.post('/accounts', { [`${name}@odata.bind`]: target })).json);
      expect(await bind('msdyn_company', `/cdm_companies(${OTHER})`)).toBe('0x80048d19');
      expect(await bind('msdyn_Company', `/cdm_companies(${ID})`)).toBe('0x80040217');
      expect(await bind('msdyn_Company', "/cdm_companies(cdm_companycode='zz')")).toBe('0x80060891');
      expect(await bind('msdyn_Company', '/nothings(1)')).toBe('0x80060888');
    });

    it('when a lookup may point to several tables, then each has its own name for writing', async () => {
      const account = `/accounts(${ID})`;
      await env.dataverse.patch(account, { name: 'A' });
      const prefer = { prefer: 'return=representation' };
      const order = await env.dataverse.post(
        '/salesorders?$select=_customerid_value',
        { 'customerid_account@odata.bind': account },
        prefer,
      );
      expect(order.json['_customerid_value']).toBe(ID);
      expect((await env.dataverse.post('/salesorders', { 'customerid@odata.bind': account })).status).toBe(
        400,
      );
    });

    it('when the row that is pointed to goes, then the lookup is emptied', async () => {
      await env.dataverse.patch(`/accounts(${ID})`, {
        'msdyn_Company@odata.bind': `/cdm_companies(${OTHER})`,
      });
      await env.dataverse.remove(`/cdm_companies(${OTHER})`);
      expect((await env.dataverse.get(`/accounts(${ID})`)).json['_msdyn_company_value']).toBeNull();
    });
  });

  it.each([
    ['an unknown column', { nothing: 1 }, 400, '0x80048d19'],
    ['a text in a number', { numberofemployees: 'x' }, 400, '0x80048d19'],
    ['a text that is too long', { accountnumber: 'x'.repeat(21) }, 400, '0x80044331'],
    ['an option that is none', { msdyn_onholdstatus: 7 }, 400, '0x8004431a'],
    ['an id in a lookup', { _msdyn_company_value: OTHER }, 400, '0x80060888'],
  ])('given %s, then it is refused and nothing is stored', async (_, body, status, expected) => {
    const answer = await env.dataverse.post('/accounts', body);
    expect([answer.status, code(answer.json)]).toEqual([status, expected]);
    expect((await env.dataverse.get('/accounts/$count')).text).toContain('0');
  });

  it('given money, when read, then it has four digits and brings its currency along', async () => {
    const body = '{"creditlimit":25000.123456,"name":""}';
    const answer = await env.dataverse.post('/accounts?$select=creditlimit,name', body, {
      prefer: 'return=representation',
    });
    expect(answer.text).toContain('"creditlimit":25000.1235,"_transactioncurrencyid_value":null');
    expect(answer.json['name']).toBeNull();
  });

  it('given a stock of verbs, then a collection knows neither PATCH nor DELETE', async () => {
    expect((await env.dataverse.patch('/accounts', {})).status).toBe(405);
    expect((await env.dataverse.remove('/accounts')).status).toBe(405);
  });

  it('given the bulk actions, then all rows or none, and UpsertMultiple answers without a body', async () => {
    const type = { '@odata.type': 'Microsoft.Dynamics.CRM.cdm_company' };
    const path = '/cdm_companies/Microsoft.Dynamics.CRM.';
    const created = await env.dataverse.post(`${path}CreateMultiple`, {
      Targets: [
        { ...type, cdm_companycode: 'a' },
        { ...type, cdm_companycode: 'b' },
      ],
    });
    expect([created.status, (created.json['Ids'] as string[]).length]).toEqual([200, 2]);
    const upserted = await env.dataverse.post(`${path}UpsertMultiple`, {
      Targets: [
        { ...type, '@odata.id': "cdm_companies(cdm_companycode='a')", cdm_name: 'A' },
        { ...type, '@odata.id': "cdm_companies(cdm_companycode='c')", cdm_name: 'C' },
      ],
    });
    expect([upserted.status, upserted.text]).toEqual([204, '']);
    const broken = await env.dataverse.post(`${path}CreateMultiple`, {
      Targets: [
        { ...type, cdm_companycode: 'd' },
        { ...type, cdm_companycode: 'a' },
      ],
    });
    expect(broken.status).toBe(412);
    const codes = (await env.dataverse.get('/cdm_companies?$select=cdm_companycode&$orderby=cdm_companycode'))
      .json['value'] as { cdm_companycode: string }[];
    expect(codes.map((row) => row.cdm_companycode)).toEqual(['a', 'b', 'c', 'usmf']);
  });
});
