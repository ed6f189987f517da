import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseExact, type JsonObject } from '../json/exact-json';
import { eventReceiver, type EventReceiver } from '../testing/event-receiver';
import { multipartShape, readSample, shape } from '../testing/http-sample';
import { eventually, testSandbox, type TestAnswer, type TestSandbox } from '../testing/sandbox-client';
import { importPackage } from './dmf/testing/import-package';
import * as examples from './testing/example-rows';

interface Example {
  /** What must be there before. */
  arrange?(env: TestSandbox): Promise<unknown>;
  /** The request; default: the `.req` file of the same name. */
  act?(env: TestSandbox): Promise<TestAnswer>;
  /** `exact`: the body as it stands; `values`: members whose values must be the same; otherwise the form alone. */
  readonly exact?: boolean;
  readonly values?: readonly string[];
}

const ACTIONS = '/DataManagementDefinitionGroups/Microsoft.Dynamics.DataEntities.';
const COMPARED_HEADERS = ['content-type', 'odata-version', 'retry-after'];

/** One entry per file of an exchange; the business events are below. */
const EXCHANGES: Readonly<Record<string, Example>> = {
  'fo-get-customer': {
    arrange: (env) => env.fo.control('PUT', 'tables/CustomersV3/rows', examples.customer),
    values: ['CustomerAccount', 'OrganizationName', 'CreditLimit'],
  },
  'fo-filter-enum': { arrange: (env) => env.fo.control('PUT', 'tables/CustomersV3/rows', examples.customer) },
  'fo-create-order': {
    arrange: (env) => env.fo.control('PUT', 'schema', { tables: [examples.orders] }),
    values: [
      'dataAreaId',
      'SalesOrderNumber',
      'SalesOrderStatus',
      'RequestedShippingDate',
      'ConfirmedShippingDate',
    ],
  },
  'fo-duplicate': {
    arrange: (env) => examples.tableNames(env).then(() => env.fo.post('/CustomerGroups', examples.group)),
    act: (env) => env.fo.post('/CustomerGroups', examples.group),
    exact: true,
  },
  'fo-batch-failed': {
    arrange: (env) => env.fo.post('/CustomerGroups', examples.group),
    act: (env) =>
      env.fo.post('/$batch', examples.changeSetOf(examples.group), {
        'content-type': 'multipart/mixed; boundary=b',
      }),
  },
  'fo-throttled': {
    arrange: (env) => env.fo.control('PUT', 'options', { resourceLoadPercent: 95 }),
    act: (env) => env.fo.get('/CustomerGroups'),
    exact: true,
  },
  'fo-custom-service-onhand': {
    arrange: async (env) => {
      await env.fo.control('PUT', 'tables/InventoryWarehouseOnHandV2/rows', examples.stock);
      await env.fo.control('PUT', 'tables/ReleasedProductsV2/rows', [
        { ItemNumber: 'P-001', InventoryUnitSymbol: 'ea' },
      ]);
    },
    exact: true,
  },
  'fo-dmf-writeurl': {
    act: (env) => env.fo.post(`${ACTIONS}GetAzureWriteUrl`, { uniqueFileName: 'prices-20260301.zip' }),
  },
  'fo-dmf-status': {
    act: async (env) => {
      const id = (await importPackage(env, 'Prices', 'CUSTOMERGROUPID,DESCRIPTION\r\n1,\r\n,x\r\n'))
        .executionId;
      return env.fo.post(`${ACTIONS}GetExecutionSummaryStatus`, { executionId: id });
    },
    values: ['value'],
  },
};

/** Bodies that the sandbox posts. */
const EVENTS: Readonly<Record<string, (env: TestSandbox, endpoint: EventReceiver) => Promise<unknown>>> = {
  'fo-business-event-test': (env, endpoint) => examples.invoiceEvents(env, endpoint.url),
  'fo-business-event': async (env, endpoint) => {
    await examples.invoiceEvents(env, endpoint.url);
    await eventually(() => endpoint.attempts.length === 1);
    endpoint.attempts.length = 0;
    await env.fo.post('/FreeTextInvoices', examples.invoice);
  },
};

describe('the examples of F&O', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(() => env.fo.control('POST', 'reset'));

  it('are all in the tables of this test', () => {
    const names = readdirSync(path.resolve(__dirname, '../../examples'))
      .filter((file) => file.startsWith('fo-'))
      .map((file) => file.replace(/\.(?:req|res)\.http$/, ''));
    expect([...new Set(names)].sort()).toEqual([...Object.keys(EXCHANGES), ...Object.keys(EVENTS)].sort());
  });

  it.each(Object.entries(EXCHANGES))('%s', async (name, example) => {
    await example.arrange?.(env);
    const answer = await (example.act?.(env) ?? send(name));
    if (name === 'fo-filter-enum') {
      // Its answer is not recorded: the sheet says what it holds.
      expect([answer.status, answer.json['@odata.count'], Object.keys(answer.json)]).toEqual([
        200,
        1,
        ['@odata.context', '@odata.count', 'value'],
      ]);
      return;
    }
    expectLike(answer, name, example);
  });

  it.each(Object.entries(EVENTS))('%s', async (name, act) => {
    const endpoint = await eventReceiver();
    try {
      await act(env, endpoint);
      await eventually(() => endpoint.attempts.length === 1);
      const sample = readSample(`${name}.req`);
      expect(shape(parseExact(endpoint.attempts[0] ?? ''))).toEqual(shape(parseExact(sample.body)));
    } finally {
      await env.fo.control('POST', 'reset');
      await endpoint.close();
    }
  });

  /** Sends a request as it stands in its file. */
  function send(name: string): Promise<TestAnswer> {
    const { startLine, headers, body } = readSample(`${name}.req`);
    const [method = '', target = ''] = startLine.split(' ');
    const kept = Object.entries(headers).filter(
      ([header]) => !['host', 'authorization', 'content-length'].includes(header),
    );
    return env.fo.call(method, `${env.fo.url}${target}`, {
      headers: Object.fromEntries(kept),
      ...(body ? { body } : {}),
    });
  }

  function expectLike(answer: TestAnswer, name: string, { exact, values = [] }: Example): void {
    const sample = readSample(`${name}.res`);
    expect(answer.status).toBe(Number(sample.startLine.split(' ')[1]));
    for (const header of COMPARED_HEADERS)
      if (sample.headers[header] !== undefined && !/multipart/.test(sample.headers[header]))
        expect([header, answer.headers.get(header)]).toEqual([header, sample.headers[header]]);
    if (/^--/.test(sample.body)) {
      expect(multipartShape(answer.text)).toEqual(multipartShape(sample.body));
      return;
    }
    if (exact) expect(answer.text).toBe(sample.body);
    const expected = parseExact(sample.body) as JsonObject;
    expect(shape(answer.json)).toEqual(shape(expected));
    for (const member of values) expect([member, answer.json[member]]).toEqual([member, expected[member]]);
  }
});
