import type { JsonObject } from '../json/exact-json';
import { testSandbox, tokenFor, type TestSandbox } from '../testing/sandbox-client';

const GROUP = { dataAreaId: 'usmf', CustomerGroupId: '10', Description: 'Wholesale' };
const KEY = "/CustomerGroups(dataAreaId='usmf',CustomerGroupId='10')";
const inner = (json: JsonObject): string =>
  String(((json['error'] as JsonObject)['innererror'] as JsonObject)['message']);

describe('rules of the F&O application', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(() => env.fo.control('POST', 'reset'));

  async function change(name: string, more: object): Promise<void> {
    const { tables } = (await env.fo.control('GET', 'schema')) as { tables: { name: string }[] };
    const table = tables.find((one) => one.name === name);
    await env.fo.control('PUT', 'schema', { tables: [{ ...table, ...more }] });
  }

  it.each([
    ['de', 'Der Datensatz ist bereits vorhanden.'],
    ['da', 'Posten findes allerede.'],
    ['fr-FR', "L'enregistrement existe déjà."],
    ['en-us', 'The record already exists.'],
  ])('given a user who reads %s, then a duplicate is told so', async (language, text) => {
    await env.fo.control('PUT', 'options', { defaultLanguage: language });
    await env.fo.post('/CustomerGroups', GROUP);
    expect(inner((await env.fo.post('/CustomerGroups', GROUP)).json)).toContain(text);
  });

  it('given users of two companies, then each sees and writes the own one', async () => {
    await env.fo.control('PUT', 'options', { users: { german: { company: 'DEMF', language: 'de' } } });
    const mine = env.fo.token;
    await env.fo.post('/CustomerGroups', GROUP);
    env.fo.token = await tokenFor(env.sandbox, env.fo.url, 'german');
    expect((await env.fo.get(KEY)).status).toBe(404);
    const made = await env.fo.post('/CustomerGroups', { CustomerGroupId: '10' });
    expect(made.json['dataAreaId']).toBe('demf');
    expect(inner((await env.fo.post('/CustomerGroups', { CustomerGroupId: '10' })).json)).toContain(
      'vorhanden',
    );
    env.fo.token = mine;
    expect((await env.fo.get(KEY)).status).toBe(200);
  });

  it('given an entity over three tables, then its ETag has three pairs', async () => {
    await change('CustomerGroups', { dataSources: 3 });
    const etag = String((await env.fo.post('/CustomerGroups', GROUP)).json['@odata.etag']);
    expect(Buffer.from(etag.slice(3, -1), 'base64').toString()).toMatch(/^'1,\d+;0,0;0,0'$/);
    expect((await env.fo.patch(KEY, { Description: 'x' }, { 'if-match': etag })).status).toBe(204);
  });

  it('given a default of the table, then a create that leaves it out shows it', async () => {
    await change('CustomerGroups', {
      fields: [
        { name: 'CustomerGroupId', type: 'string' },
        { name: 'Description', type: 'string', default: 'as usual' },
      ],
    });
    expect((await env.fo.post('/CustomerGroups', { CustomerGroupId: '1' })).json['Description']).toBe(
      'as usual',
    );
    const own = await env.fo.post('/CustomerGroups', { CustomerGroupId: '2', Description: '' });
    expect(own.json['Description']).toBe('');
  });

  it('given an automatic number sequence, then an own number is refused; a manual one takes it', async () => {
    const sequence = { field: 'CustomerGroupId', prefix: 'G', digits: 3 };
    await change('CustomerGroups', { numberSequence: { ...sequence, isManual: false } });
    const refused = await env.fo.post('/CustomerGroups', GROUP);
    expect([refused.status, inner(refused.json)]).toEqual([
      400,
      expect.stringContaining('numbered automatically'),
    ]);
    expect((await env.fo.post('/CustomerGroups', {})).json['CustomerGroupId']).toBe('G001');
    await change('CustomerGroups', { numberSequence: { ...sequence, isManual: true } });
    expect((await env.fo.post('/CustomerGroups', GROUP)).status).toBe(201);
  });

  it('given rows that name it by a validated relation, then a row cannot be deleted', async () => {
    const relation = {
      set: 'CustomerGroups',
      fields: { CustomerGroupId: 'CustomerGroupId' },
      validate: true,
    };
    await change('CustomersV3', { relations: [relation] });
    await env.fo.post('/CustomerGroups', GROUP);
    await env.fo.control('PUT', 'tables/CustomersV3/rows', [{ CustomerAccount: 'A', CustomerGroupId: '10' }]);
    const refused = await env.fo.remove(KEY);
    expect([refused.status, inner(refused.json)]).toEqual([
      400,
      expect.stringContaining('Dependent records'),
    ]);
    await env.fo.control('DELETE', 'tables/CustomersV3/rows');
    expect((await env.fo.remove(KEY)).status).toBe(204);
  });

  it('given the switches, then a stale version, a refusal and a create in a batch look as they say', async () => {
    await env.fo.post('/CustomerGroups', GROUP);
    await env.fo.control('PUT', 'options', {
      staleVersionStatus: 409,
      batchWriteErrorStatus: 400,
      batchCreateShowsRow: false,
    });
    expect((await env.fo.patch(KEY, {}, { 'if-match': 'W/"x"' })).status).toBe(409);
    const part = (id: string): string[] => [
      '--b',
      'Content-Type: application/http',
      '',
      'POST CustomerGroups HTTP/1.1',
      '',
      JSON.stringify({ ...GROUP, CustomerGroupId: id }),
    ];
    const batch = await env.fo.post('/$batch', [...part('10'), ...part('11'), '--b--'].join('\r\n'), {
      'content-type': 'multipart/mixed; boundary=b',
    });
    expect(batch.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 400', 'HTTP/1.1 204']);
  });
});
