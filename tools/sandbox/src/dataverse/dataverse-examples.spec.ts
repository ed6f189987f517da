import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseExact, type Json, type JsonObject } from '../json/exact-json';
import { multipartShape, readSample, shape } from '../testing/http-sample';
import { testSandbox, type TestAnswer, type TestSandbox } from '../testing/sandbox-client';
import { webhookReceiver, type ReceivedCall } from '../testing/webhook-receiver';
import { messageFilterId, messageId } from './webhooks/message-catalog';

const COMPANY = '3f1c6a52-9a0e-4c5b-8f0d-0a1b2c3d4e5f';
const ACCOUNT = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const OTHER = '77777777-0000-4000-8000-000000000009';
const COMPARED = ['content-type', 'odata-version', 'preference-applied'];
const PATH = `/accounts(${ACCOUNT})`;

interface Example {
  /** What must be there before. */
  arrange?(env: TestSandbox): Promise<unknown>;
  /** The request; default: the `.req` file of the same name. */
  act?(env: TestSandbox): Promise<TestAnswer>;
  /** The body as it stands; otherwise its form alone. */
  readonly exact?: boolean;
  /** What the answer must hold beside that. */
  check?(answer: TestAnswer, env: TestSandbox): Promise<void> | void;
}

const load = (env: TestSandbox, table: string, rows: object[]): Promise<unknown> =>
  env.dataverse.control('PUT', `tables/${table}/rows`, rows);
const account = (env: TestSandbox): Promise<unknown> =>
  load(env, 'account', [
    { accountid: ACCOUNT, accountnumber: 'C-10042', name: 'Nordwind', _msdyn_company_value: COMPANY },
  ]);
/** A round of change tracking, then one row changed and one deleted. */
const tracked = async (env: TestSandbox): Promise<string> => {
  await load(env, 'account', [{ accountid: OTHER, name: 'B' }]);
  const start = await env.dataverse.get('/accounts?$select=name,accountnumber', {
    prefer: 'odata.track-changes',
  });
  await env.dataverse.patch(PATH, { name: 'Nordwind Fasteners GmbH' });
  await env.dataverse.remove(`/accounts(${OTHER})`);
  return String(start.json['@odata.deltaLink']);
};

/** One entry per file of an exchange; webhooks and tokens are below. */
const EXCHANGES: Readonly<Record<string, Example>> = {
  'dv-upsert-by-key': {
    check: (answer, env) => {
      const entity = readSample('dv-upsert-by-key.res').headers['odata-entityid'] ?? '';
      expect(answer.headers.get('odata-entityid')).toBe(
        entity.replace(/^https:\/\/[^/]+/, env.dataverse.url),
      );
      for (const name of Object.keys(readSample('dv-upsert-by-key.res').headers))
        expect([name, answer.headers.get(name)]).toEqual([name, expect.stringMatching(/./)]);
    },
  },
  'dv-upsert-representation-created': {
    act: (env) =>
      env.dataverse.patch(`${PATH}?$select=accountid`, { name: 'A' }, { prefer: 'return=representation' }),
  },
  'dv-stale-etag': {
    arrange: account,
    act: (env) => env.dataverse.patch(PATH, {}, { 'if-match': 'W/"1"' }),
    exact: true,
  },
  'dv-alternate-key-taken': {
    arrange: account,
    act: (env) =>
      env.dataverse.post('/accounts', {
        accountnumber: 'C-10042',
        'msdyn_Company@odata.bind': `/cdm_companies(${COMPANY})`,
      }),
  },
  'dv-not-found-by-key': {
    act: (env) => env.dataverse.get(`/accounts(accountnumber='C-1',_msdyn_company_value=${COMPANY})`),
    exact: true,
  },
  'dv-page': {
    arrange: (env) =>
      load(
        env,
        'products',
        ['P-001', 'P-002', 'P-003'].map((productnumber, index) => ({
          productid: `10000000-0000-4000-8000-00000000000${index}`,
          productnumber,
          price: index === 0 ? 12.5 : null,
        })),
      ),
    act: (env) =>
      env.dataverse.get('/products?$select=productnumber,price', { prefer: 'odata.maxpagesize=2' }),
    check: ({ text, json }) => {
      expect(text).toContain('"price":12.5000,"_transactioncurrencyid_value":null');
      expect(String(json['@odata.nextLink'])).toMatch(
        /products\?\$select=productnumber,price&\$skiptoken=%3Ccookie%20pagenumber=%222%22%20pagingcookie=%22%253ccookie%2520page%253d%25221%2522/,
      );
    },
  },
  'dv-delta': {
    arrange: account,
    act: async (env) => env.dataverse.get(await tracked(env)),
    check: ({ json }) => {
      expect(String(json['@odata.context'])).toMatch(/#accounts\(name,accountnumber\)\/\$delta$/);
      expect(String(json['@odata.deltaLink'])).toMatch(
        /\$deltatoken=\d+%21\d\d%2f\d\d%2f\d{4}%20\d\d%3a\d\d%3a\d\d$/,
      );
    },
  },
  'dv-delta-expired-assumed': {
    arrange: account,
    act: async (env) => {
      const link = await tracked(env);
      await env.dataverse.control('PUT', 'options', { expireChangeTrackingInDays: -1 });
      return env.dataverse.get(link);
    },
    exact: true,
  },
  'dv-batch': { arrange: account },
  'dv-upsertmultiple': {
    // The key holds a character that does not work in a URL, but does in a body.
    check: async (_, env) => {
      expect(await env.dataverse.control('GET', 'tables/new_itemprice/rows')).toHaveLength(2);
    },
  },
  'dv-throttled': {
    arrange: async (env) => {
      await env.dataverse.control('PUT', 'limits', { concurrency: 52 });
      await env.dataverse.control('POST', 'faults', [{ effect: { latencyMs: 1000 }, times: 52 }]);
    },
    act: async (env) => {
      const answers = await Promise.all(Array.from({ length: 53 }, () => env.dataverse.get('/WhoAmI')));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(1);
      return refused[0] as TestAnswer;
    },
    exact: true,
    check: ({ headers }) => expect(headers.get('retry-after')).toMatch(/^\d+$/),
  },
};

describe('the Dataverse examples of the wire format', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
    const { tables } = (await env.dataverse.control('GET', 'schema')) as {
      tables: { logicalName: string }[];
    };
    const product = tables.find(({ logicalName }) => logicalName === 'product');
    await env.dataverse.control('PUT', 'schema', {
      tables: [itemPrice, { ...product, alternateKeys: [{ columns: ['productnumber'] }] }],
    });
    await load(env, 'cdm_company', [{ cdm_companyid: COMPANY, cdm_companycode: 'usmf' }]);
    await load(env, 'transactioncurrency', [{ isocurrencycode: 'EUR', currencyname: 'Euro' }]);
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

  /** Sends a request as it stands in its file. */
  function send(name: string): Promise<TestAnswer> {
    const { startLine, headers, body } = readSample(name);
    const [method = '', target = ''] = startLine.split(' ');
    const kept = Object.entries(headers).filter(
      ([header]) => !['host', 'authorization', 'content-length'].includes(header),
    );
    return env.dataverse.call(method, `${env.dataverse.url}${target}`, {
      headers: Object.fromEntries(kept),
      ...(body ? { body } : {}),
    });
  }

  it.each(Object.entries(EXCHANGES))('%s', async (name, { arrange, act, exact, check }) => {
    await arrange?.(env);
    const answer = await (act ? act(env) : send(`${name}.req`));
    const sample = readSample(`${name}.res`);
    expect(answer.status).toBe(Number(sample.startLine.split(' ')[1]));
    const isBatch = (sample.headers['content-type'] ?? '').startsWith('multipart');
    for (const header of COMPARED.filter((one) => !(isBatch && one === 'content-type')))
      if (sample.headers[header] !== undefined)
        expect([header, answer.headers.get(header)]).toEqual([header, sample.headers[header]]);
    if (sample.body === '') expect(answer.text).toBe('');
    else if (isBatch) expect(multipartShape(answer.text)).toEqual(multipartShape(sample.body));
    else if (exact) expect(parseExact(answer.text)).toEqual(parseExact(sample.body));
    else expect(shape(parseExact(answer.text))).toEqual(shape(parseExact(sample.body)));
    await check?.(answer, env);
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

  /** What a webhook is sent when an account is updated as the example says. */
  async function delivered(change: JsonObject): Promise<ReceivedCall> {
    const hook = await webhookReceiver();
    await account(env);
    await load(env, 'serviceendpoint', [
      {
        serviceendpointid: OTHER,
        name: 'h',
        contract: 8,
        authtype: 4,
        authvalue: 'shared-value',
        url: `${hook.url}/dataverse`,
      },
    ]);
    await load(env, 'sdkmessageprocessingstep', [
      {
        sdkmessageprocessingstepid: OTHER,
        name: 's',
        mode: 0,
        stage: 40,
        rank: 1,
        sdkmessageid: messageId('Update'),
        sdkmessagefilterid: messageFilterId('Update', 'account'),
        eventhandler: OTHER,
      },
    ]);
    await load(env, 'sdkmessageprocessingstepimage', [
      {
        name: 'post',
        entityalias: 'post',
        imagetype: 1,
        attributes: 'accountnumber',
        sdkmessageprocessingstepid: OTHER,
      },
    ]);
    expect((await env.dataverse.patch(`${PATH}?tag=erp-sync`, change)).status).toBe(204);
    await hook.close();
    return hook.calls[0] as ReceivedCall;
  }

  it.each<[string, JsonObject]>([
    ['dv-webhook-update', { name: 'Nordwind Fasteners GmbH' }],
    ['dv-webhook-size-exceeded', { description: 'x'.repeat(300_000) }],
  ])('%s', async (name, change) => {
    const schema = (await env.dataverse.control('GET', 'schema')) as { tables: JsonObject[] };
    const table = schema.tables.find((one) => one['logicalName'] === 'account') as JsonObject;
    const columns = (table['columns'] as JsonObject[]).map((column) =>
      column['name'] === 'description' ? { ...column, maxLength: 400_000 } : column,
    );
    await env.dataverse.control('PUT', 'schema', { tables: [{ ...table, columns }] });
    const call = await delivered(change);
    const sample = readSample(`${name}.req`);
    const expected = parseExact(sample.body) as JsonObject;
    expect(`POST ${call.url} HTTP/1.1`).toBe(sample.startLine);
    for (const header of Object.keys(sample.headers).filter((one) => one !== 'host'))
      expect([header, call.headers[header]]).toEqual([header, expect.stringMatching(/./)]);
    expect(call.headers['x-ms-dynamics-msg-size-exceeded']).toBe(
      sample.headers['x-ms-dynamics-msg-size-exceeded'],
    );
    // Members that the example leaves out for brevity may be there; those it has must have its form.
    const members = Object.keys(expected).filter((one) => !['RequestId', 'Mode'].includes(one));
    const given = Object.fromEntries(members.map((one) => [one, call.body[one] as Json]));
    const wanted = Object.fromEntries(members.map((one) => [one, expected[one] as Json]));
    expect(sorted(shape(given))).toEqual(sorted(shape(wanted)));
    expect(call.text.includes('\\/Date(')).toBe(true);
    for (const one of ['MessageName', 'PrimaryEntityId', 'PrimaryEntityName', 'Stage', 'SharedVariables'])
      if (one in expected) expect([one, call.body[one]]).toEqual([one, expected[one]]);
  });

  it('every example is tested', () => {
    const files = readdirSync(path.resolve(__dirname, '../../examples')).filter((name) =>
      name.startsWith('dv-'),
    );
    const names = new Set(files.map((name) => name.replace(/\.(?:req|res)\.http$/, '')));
    expect([...names].sort()).toEqual(
      [...Object.keys(EXCHANGES), 'dv-token', 'dv-webhook-size-exceeded', 'dv-webhook-update'].sort(),
    );
  });
});

/** Order of members and of pairs says nothing. */
function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return value.map(sorted).sort((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}
