import { parseExact, type Json } from './json/exact-json';
import { multipartShape, readSample, shape } from './testing/http-sample';
import { testSandbox, type SideClient, type TestAnswer, type TestSandbox } from './testing/sandbox-client';

const COMPANY = '3f1c6a52-9a0e-4c5b-8f0d-0a1b2c3d4e5f';
const ACCOUNT = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const COMPARED = ['content-type', 'odata-version', 'preference-applied', 'retry-after'];

describe('the examples of the wire format', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
    const { dataverse } = env;
    await dataverse.control('PUT', 'schema', {
      tables: [itemPrice, await withKey('product', ['productnumber'])],
    });
    await dataverse.control('PUT', 'tables/cdm_company/rows', [
      { cdm_companyid: COMPANY, cdm_companycode: 'usmf' },
    ]);
    await dataverse.control('PUT', 'tables/transactioncurrency/rows', [
      { isocurrencycode: 'EUR', currencyname: 'Euro' },
    ]);
  });

  const itemPrice = {
    logicalName: 'new_itemprice',
    entitySetName: 'new_itemprices',
    primaryId: 'new_itempriceid',
    primaryName: 'new_pricekey',
    columns: [
      { name: 'new_pricekey', type: 'string' },
      { name: 'new_amount', type: 'decimal' },
    ],
    alternateKeys: [{ columns: ['new_pricekey'] }],
  };

  async function withKey(table: string, columns: string[]): Promise<object> {
    const { tables } = (await env.dataverse.control('GET', 'schema')) as {
      tables: { logicalName: string }[];
    };
    return { ...tables.find(({ logicalName }) => logicalName === table), alternateKeys: [{ columns }] };
  }

  const account = (more: object = {}): Promise<unknown> =>
    env.dataverse.control('PUT', 'tables/account/rows', [
      {
        accountid: ACCOUNT,
        accountnumber: 'C-10042',
        name: 'Nordwind',
        _msdyn_company_value: COMPANY,
        ...more,
      },
    ]);

  /** Sends a request as it stands in its file. */
  function send(side: SideClient, name: string): Promise<TestAnswer> {
    const { startLine, headers, body } = readSample(name);
    const [method = '', target = ''] = startLine.split(' ');
    const kept = Object.entries(headers).filter(
      ([header]) => !['host', 'authorization', 'content-length'].includes(header),
    );
    return side.call(method, `${side.url}${target}`, {
      headers: Object.fromEntries(kept),
      ...(body ? { body } : {}),
    });
  }

  /** Status, the headers that matter and the form of the body. */
  function expectLike(answer: TestAnswer, name: string, { exactBody = false, inBody = true } = {}): void {
    const sample = readSample(name);
    expect(answer.status).toBe(Number(sample.startLine.split(' ')[1]));
    for (const header of COMPARED)
      if (sample.headers[header] !== undefined && !/multipart/.test(sample.headers[header]))
        expect([header, answer.headers.get(header)]).toEqual([header, sample.headers[header]]);
    if (sample.body === '') expect(answer.text).toBe('');
    else if (exactBody) expect(parseExact(answer.text)).toEqual(parseExact(sample.body));
    else if (inBody) expect(shape(parseExact(answer.text))).toEqual(shape(parseExact(sample.body)));
  }

  it('dv-upsert-by-key', async () => {
    const answer = await send(env.dataverse, 'dv-upsert-by-key.req');
    expectLike(answer, 'dv-upsert-by-key.res');
    const entity = readSample('dv-upsert-by-key.res').headers['odata-entityid'] ?? '';
    expect(answer.headers.get('odata-entityid')).toBe(entity.replace(/^https:\/\/[^/]+/, env.dataverse.url));
    for (const header of [
      'x-ms-service-request-id',
      'x-ms-dop-hint',
      'x-ms-ratelimit-burst-remaining-xrm-requests',
    ])
      expect(answer.headers.get(header)).toBeTruthy();
  });

  it('dv-upsert-representation-created', async () => {
    const path = `/accounts(${ACCOUNT})?$select=accountid`;
    expectLike(
      await env.dataverse.patch(path, { name: 'A' }, { prefer: 'return=representation' }),
      'dv-upsert-representation-created.res',
    );
  });

  it('dv-stale-etag, dv-alternate-key-taken, dv-not-found-by-key', async () => {
    await account();
    const path = `/accounts(${ACCOUNT})`;
    expectLike(await env.dataverse.patch(path, {}, { 'if-match': 'W/"1"' }), 'dv-stale-etag.res', {
      exactBody: true,
    });
    const bind = { 'msdyn_Company@odata.bind': `/cdm_companies(${COMPANY})` };
    expectLike(
      await env.dataverse.post('/accounts', { accountnumber: 'C-10042', ...bind }),
      'dv-alternate-key-taken.res',
    );
    const missing = await env.dataverse.get(`/accounts(accountnumber='C-1',_msdyn_company_value=${COMPANY})`);
    expectLike(missing, 'dv-not-found-by-key.res', { exactBody: true });
  });

  it('dv-page', async () => {
    const rows = ['P-001', 'P-002', 'P-003'].map((productnumber, index) => ({
      productid: `10000000-0000-4000-8000-00000000000${index}`,
      productnumber,
      price: index === 0 ? 12.5 : null,
    }));
    await env.dataverse.control('PUT', 'tables/products/rows', rows);
    const answer = await env.dataverse.get('/products?$select=productnumber,price', {
      prefer: 'odata.maxpagesize=2',
    });
    expectLike(answer, 'dv-page.res');
    expect(answer.text).toContain('"price":12.5000,"_transactioncurrencyid_value":null');
    expect(String(answer.json['@odata.nextLink'])).toMatch(
      /products\?\$select=productnumber,price&\$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie%2520page%253d%25221%2522/,
    );
  });

  it('dv-delta, dv-delta-expired', async () => {
    await account();
    const other = { ...{ accountid: '77777777-0000-4000-8000-000000000009' }, name: 'B' };
    await env.dataverse.control('PUT', 'tables/account/rows', [other]);
    const start = await env.dataverse.get('/accounts?$select=name,accountnumber', {
      prefer: 'odata.track-changes',
    });
    await env.dataverse.patch(`/accounts(${ACCOUNT})`, { name: 'Nordwind Fasteners GmbH' });
    await env.dataverse.remove(`/accounts(${other.accountid})`);
    const link = String(start.json['@odata.deltaLink']);
    const answer = await env.dataverse.get(link);
    expectLike(answer, 'dv-delta.res');
    expect(String(answer.json['@odata.context'])).toMatch(/#accounts\(name,accountnumber\)\/\$delta$/);
    expect(String(answer.json['@odata.deltaLink'])).toMatch(
      /\$deltatoken=\d+%21\d\d%2f\d\d%2f\d{4}%20\d\d%3a\d\d%3a\d\d$/,
    );
    await env.dataverse.control('PUT', 'options', { expireChangeTrackingInDays: -1 });
    expectLike(await env.dataverse.get(link), 'dv-delta-expired-assumed.res', { exactBody: true });
  });

  it('dv-batch', async () => {
    await account();
    const answer = await send(env.dataverse, 'dv-batch.req');
    expectLike(answer, 'dv-batch.res', { inBody: false });
    expect(multipartShape(answer.text)).toEqual(multipartShape(readSample('dv-batch.res').body));
  });

  it('dv-upsertmultiple', async () => {
    // The key holds characters that do not work in a URL, but a plain id does.
    const { body } = readSample('dv-upsertmultiple.req');
    const answer = await env.dataverse.post('/new_itemprices/Microsoft.Dynamics.CRM.UpsertMultiple', body);
    expectLike(answer, 'dv-upsertmultiple.res');
    expect(await env.dataverse.control('GET', 'tables/new_itemprice/rows')).toHaveLength(2);
  });

  it('dv-throttled', async () => {
    await env.dataverse.control('PUT', 'limits', { concurrency: 0 });
    const dataverse = await env.dataverse.get('/WhoAmI');
    expect([dataverse.status, dataverse.text]).toEqual([429, expect.stringContaining('0x80072326')]);
  });

  it('dv-token', async () => {
    const form = new URLSearchParams(readSample('dv-token.req').body);
    form.set('client_secret', env.sandbox.oauth.clientSecret);
    form.set('scope', `${env.dataverse.url}/.default`);
    const response = await fetch(env.sandbox.oauth.tokenUrl, { method: 'POST', body: form });
    const sample = readSample('dv-token.res');
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      sample.headers['content-type'],
    ]);
    expect(shape((await response.json()) as Json)).toEqual(shape(parseExact(sample.body)));
  });
});
