import type { JsonObject } from '../json/exact-json';
import { testSandbox, type TestSandbox } from '../testing/sandbox-client';

const GROUP = { dataAreaId: 'usmf', CustomerGroupId: '10', Description: 'Wholesale' };
const rowsOf = (json: JsonObject): JsonObject[] => json['value'] as JsonObject[];
const inner = (json: JsonObject): JsonObject => (json['error'] as JsonObject)['innererror'] as JsonObject;
const EXCEPTION = 'Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException';

describe('F&O over OData', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(() => env.fo.control('POST', 'reset'));

  const group = (id: string, company = 'usmf'): string =>
    `/CustomerGroups(dataAreaId='${company}',CustomerGroupId='${id}')`;

  it('when a row is created, then 201 shows it whole, empty values never null', async () => {
    const answer = await env.fo.post('/CustomerGroups', {
      ...GROUP,
      '@odata.type': '#Microsoft.Dynamics.DataEntities.CustomerGroup',
      dataAreaId: 'USMF',
    });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatchObject({
      dataAreaId: 'usmf',
      CustomerGroupId: '10',
      PaymentTermId: '',
      IsSalesTaxIncludedInPrice: 'No',
    });
    expect(String(answer.json['@odata.context'])).toMatch(/\/data\/\$metadata#CustomerGroups\/\$entity$/);
    const etag = String(answer.json['@odata.etag']);
    expect(Buffer.from(etag.slice(3, -1), 'base64').toString()).toMatch(/^'1,\d+'$/);
  });

  it('when it is changed, then 204 without a body, and the record version is no counter', async () => {
    await env.fo.post('/CustomerGroups', GROUP);
    const answer = await env.fo.patch(group('10'), { Description: 'Major' });
    expect([answer.status, answer.text, answer.headers.get('etag')]).toEqual([204, '', null]);
    const { json } = await env.fo.get(`${group('10')}?$select=Description`);
    expect(Object.keys(json)).toEqual(['@odata.context', '@odata.etag', 'Description']);
    expect(Buffer.from(String(json['@odata.etag']).slice(3, -1), 'base64').toString()).not.toMatch(/^'[12],/);
  });

  it('when a row is created twice, then 400 in the words of the Infolog', async () => {
    await env.fo.post('/CustomerGroups', GROUP);
    const answer = await env.fo.post('/CustomerGroups', GROUP);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { code: '', message: 'An error has occurred.' } });
    expect(inner(answer.json)['type']).toBe(EXCEPTION);
    expect(inner(answer.json)['message']).toMatch(
      /^Write failed for table row of type 'CustCustomerGroupEntity'\. Infolog: Info: Cannot create a record in Customer groups \(CustomerGroup\)\. .*\nThe record already exists\.\.$/s,
    );
  });

  it('when the row is missing, then neither PATCH nor DELETE makes one: 404', async () => {
    expect((await env.fo.patch(group('77'), { Description: 'x' })).status).toBe(404);
    expect((await env.fo.remove(group('77'))).status).toBe(404);
  });

  it('given If-Match, then a stale one is 412, a current one works, and none is last write wins', async () => {
    const etag = String((await env.fo.post('/CustomerGroups', GROUP)).json['@odata.etag']);
    expect((await env.fo.patch(group('10'), { Description: 'a' }, { 'if-match': etag })).status).toBe(204);
    expect((await env.fo.patch(group('10'), { Description: 'b' }, { 'if-match': etag })).status).toBe(412);
    expect((await env.fo.remove(group('10'), { 'if-match': etag })).status).toBe(412);
    expect((await env.fo.patch(group('10'), { Description: 'c' })).status).toBe(204);
    await env.fo.control('PUT', 'options', { ifMatchHonoured: false });
    expect((await env.fo.remove(group('10'), { 'if-match': etag })).status).toBe(204);
  });

  it.each([
    [
      'a required field is empty',
      { CustomerAccount: 'A', SalesCurrencyCode: 'USD' },
      "Field 'Customer group id' must be filled in.",
    ],
    [
      'the key is empty',
      { CustomerGroupId: '10', SalesCurrencyCode: 'USD' },
      "Field 'Customer account' must be filled in.",
    ],
    [
      'a company code is too long',
      { dataAreaId: 'usmfx', CustomerAccount: 'A', CustomerGroupId: '10', SalesCurrencyCode: 'USD' },
      'is longer than 4 characters',
    ],
  ])('when %s, then the Infolog says so', async (_, body, text) => {
    const answer = await env.fo.post('/CustomersV3', body);
    expect([answer.status, inner(answer.json)['type']]).toEqual([400, EXCEPTION]);
    expect(inner(answer.json)['message']).toContain(text);
  });

  it.each([
    ['an unknown field', { Nothing: 1 }],
    ['a symbol that is none', { OnHoldStatus: 'Sometimes' }],
    ['a boolean for NoYes', { IsOneTimeCustomer: true }],
    ['a text in a number', { CreditLimit: 'much' }],
  ])('given %s, then 400', async (_, body) => {
    expect(
      (
        await env.fo.post('/CustomersV3', {
          CustomerAccount: 'A',
          CustomerGroupId: '10',
          SalesCurrencyCode: 'USD',
          ...body,
        })
      ).status,
    ).toBe(400);
  });

  it('given a validated relation, then a value without a target is refused', async () => {
    const [schema] = (
      (await env.fo.control('GET', 'schema')) as { tables: { name: string }[] }
    ).tables.filter(({ name }) => name === 'CustomerGroups');
    const relations = [
      {
        set: 'PaymentTerms',
        fields: { PaymentTermId: 'Name' },
        label: 'Terms of payment',
        fieldLabel: 'Terms of payment',
        validate: true,
      },
    ];
    await env.fo.control('PUT', 'schema', { tables: [{ ...schema, relations }] });
    const refused = await env.fo.post('/CustomerGroups', { ...GROUP, PaymentTermId: '77' });
    expect(inner(refused.json)['message']).toContain(
      "Warning: The value '77' in field 'Terms of payment' is not found in the related table 'Terms of payment'.; Warning: validateField failed on field 'CustCustomerGroupEntity.PaymentTermId'",
    );
    await env.fo.post('/PaymentTerms', { dataAreaId: 'usmf', Name: '77' });
    expect((await env.fo.post('/CustomerGroups', { ...GROUP, PaymentTermId: '77' })).status).toBe(201);
  });

  it('given decimals with more digits than a double, then all are kept', async () => {
    const body =
      '{"CustomerAccount":"A","CustomerGroupId":"10","SalesCurrencyCode":"USD","CreditLimit":12345678901234.123456789}';
    expect((await env.fo.post('/CustomersV3', body)).text).toContain(
      '"CreditLimit":12345678901234.123456789,',
    );
    expect(await env.fo.control('GET', 'tables/CustomersV3/rows')).toHaveLength(1);
  });

  describe('given two companies', () => {
    beforeEach(() =>
      env.fo.control('PUT', 'tables/CustomerGroups/rows', [
        GROUP,
        { ...GROUP, dataAreaId: 'demf' },
        { ...GROUP, dataAreaId: 'demf', CustomerGroupId: '20' },
      ]),
    );

    it('when cross-company is left out, then the other company is not there: empty lists and 404', async () => {
      expect(rowsOf((await env.fo.get('/CustomerGroups')).json)).toHaveLength(1);
      expect(rowsOf((await env.fo.get("/CustomerGroups?$filter=dataAreaId eq 'demf'")).json)).toEqual([]);
      expect((await env.fo.get(group('20', 'demf'))).status).toBe(404);
      expect((await env.fo.patch(group('20', 'demf'), { Description: 'x' })).status).toBe(404);
      expect((await env.fo.remove(group('20', 'demf'))).status).toBe(404);
    });

    it('when it is there, then all companies are seen, codes without case', async () => {
      expect(
        rowsOf((await env.fo.get("/CustomerGroups?cross-company=true&$filter=dataAreaId eq 'DEMF'")).json),
      ).toHaveLength(2);
      expect(
        (await env.fo.patch(`${group('20', 'DEMF')}?cross-company=true`, { Description: 'x' })).status,
      ).toBe(204);
      expect((await env.fo.get('/CustomerGroups/$count?cross-company=true')).text).toBe('3');
    });

    it('when a row of a shared entity is read, then companies do not matter', async () => {
      await env.fo.post('/Currencies', { CurrencyCode: 'USD', Name: 'US Dollar' });
      expect((await env.fo.get("/Currencies(CurrencyCode='USD')")).json['Name']).toBe('US Dollar');
    });
  });

  describe('given customers', () => {
    beforeEach(() =>
      env.fo.control(
        'PUT',
        'tables/CustomersV3/rows',
        Array.from({ length: 25 }, (_, index) => ({
          CustomerAccount: `C-${String(index).padStart(2, '0')}`,
          OrganizationName: index === 3 ? "O'Hara Retail" : `Name ${index}`,
          IsOneTimeCustomer: index === 4 ? 'Yes' : 'No',
          CreditLimit: index,
          CredManCustomerSince: index === 5 ? '2026-05-17T12:00:00Z' : null,
        })),
      ),
    );
    const accounts = async (query: string): Promise<unknown[]> =>
      rowsOf((await env.fo.get(`/CustomersV3?$select=CustomerAccount&${query}`)).json).map(
        (row) => row['CustomerAccount'],
      );

    it.each([
      ["$filter=OrganizationName eq '*retail*'", ['C-03']],
      ["$filter=OrganizationName eq 'O''Hara Retail'", ['C-03']],
      ["$filter=IsOneTimeCustomer eq Microsoft.Dynamics.DataEntities.NoYes'Yes'", ['C-04']],
      ['$filter=CredManCustomerSince gt 2026-01-01T12:00:00Z', ['C-05']],
      ['$filter=CreditLimit ge 23.5', ['C-24']],
      ["$filter=CustomerAccount gt 'C-22' and CustomerAccount lt 'C-24'", ['C-23']],
      ["$filter=dataAreaId eq 'usmf' and CustomerAccount eq 'c-07'", ['C-07']],
      ['$orderby=CreditLimit desc&$top=2&$skip=1', ['C-23', 'C-22']],
    ])('when asked for %s, then %j', async (query, expected) => {
      expect(await accounts(query)).toEqual(expected);
    });

    it.each([
      "$filter=IsOneTimeCustomer eq 'Yes'",
      "$filter=contains(OrganizationName,'x')",
      "$filter=CustomerAccount in ('a')",
      '$apply=x',
      '$select=Nothing',
      "$filter=IsOneTimeCustomer gt Microsoft.Dynamics.DataEntities.NoYes'No'",
    ])('when asked for %s, then 400', async (query) => {
      expect((await env.fo.get(`/CustomersV3?${query}`)).status).toBe(400);
    });

    it('when the server pages, then next links lead through all rows, and $count ignores $top', async () => {
      await env.fo.control('PUT', 'options', { pageRowCountMax: 10 });
      const seen: unknown[] = [];
      let next: string | undefined = '/CustomersV3?cross-company=true&$select=CustomerAccount&$count=true';
      while (next !== undefined) {
        const { json } = await env.fo.get(next);
        expect(json['@odata.count']).toBe(25);
        seen.push(...rowsOf(json).map((row) => row['CustomerAccount']));
        next = json['@odata.nextLink'] as string | undefined;
      }
      expect([seen.length, new Set(seen).size]).toEqual([25, 25]);
    });

    it('when dates are read, then they are noon UTC, empty ones of 1900', async () => {
      const row = (
        await env.fo.get(
          "/CustomersV3(dataAreaId='usmf',CustomerAccount='C-05')?$select=CredManCustomerSince,CredManLastReviewDate",
        )
      ).json;
      expect(row).toMatchObject({
        CredManCustomerSince: '2026-05-17T12:00:00Z',
        CredManLastReviewDate: '1900-01-01T12:00:00Z',
      });
    });
  });

  describe('$batch', () => {
    const send = (...lines: string[]) =>
      env.fo.post('/$batch', lines.join('\r\n'), { 'content-type': 'multipart/mixed; boundary=b' });
    const part = (id: string, request: string, body: string): string[] => [
      '--c',
      'Content-Type: application/http',
      'Content-Transfer-Encoding: binary',
      `Content-ID: ${id}`,
      '',
      `${request} HTTP/1.1`,
      'Content-Type: application/json',
      '',
      body,
    ];
    const set = (...parts: string[][]): string[] => [
      '--b',
      'Content-Type: multipart/mixed; boundary=c',
      '',
      ...parts.flat(),
      '--c--',
    ];

    it('given an update and a GET after it, then the GET shows what was written', async () => {
      await env.fo.post('/CustomerGroups', GROUP);
      const url = `${env.fo.url}/data${group('10')}?cross-company=true`;
      const answer = await send(
        ...set(part('1', `PATCH ${url}`, '{"Description":"New"}')),
        '--b',
        'Content-Type: application/http',
        '',
        `GET ${url}&$select=Description HTTP/1.1`,
        '',
        '',
        '--b--',
      );
      expect(answer.status).toBe(200);
      expect(answer.text).toMatch(/HTTP\/1\.1 204 No Content[^]*HTTP\/1\.1 200 OK[^]*"Description":"New"/);
    });

    it('given a failed change set, then 200 outside, one part with 500 and Content-ID 1 inside, nothing stored', async () => {
      const answer = await send(
        ...set(
          part('7', 'POST CustomerGroups', JSON.stringify(GROUP)),
          part('8', 'POST CustomerGroups', '{"dataAreaId":"usmf"}'),
        ),
        '--b--',
      );
      expect(answer.status).toBe(200);
      expect(answer.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
      expect(answer.text).toMatch(/Content-ID: 1\r\n\r\nHTTP\/1\.1 500 Internal Server Error/);
      expect(await env.fo.control('GET', 'tables/CustomerGroups/rows')).toEqual([]);
    });
  });

  it('given the metadata, then keys, enums and days are told', async () => {
    const { text } = await env.fo.get('/$metadata');
    expect(text).toContain(
      '<EntityType Name="CustomerV3">\n<Key><PropertyRef Name="dataAreaId" /><PropertyRef Name="CustomerAccount" /></Key>',
    );
    expect(text).toContain(
      '<EnumType Name="NoYes"><Member Name="No" Value="0" /><Member Name="Yes" Value="1" /></EnumType>',
    );
    const entity = await env.fo.get(`${env.fo.url}/Metadata/PublicEntities('CustomerV3')`);
    const properties = entity.json['Properties'] as JsonObject[];
    expect(properties.find(({ Name }) => Name === 'CredManCustomerSince')).toMatchObject({
      DataType: 'Date',
      IsKey: false,
    });
    expect((await env.fo.get(`${env.fo.url}/metadata/PublicEntities('None')`)).status).toBe(404);
  });

  it('given the session service, then it names the environment', async () => {
    const answer = await env.fo.post(
      `${env.fo.url}/api/services/UserSessionService/AifUserSessionService/GetUserSessionInfo`,
      {},
    );
    expect(answer.json['EnvironmentId']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
