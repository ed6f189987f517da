import { DynamicsWebApi } from 'dynamics-web-api';
import { tokenFor, testSandbox, type TestSandbox } from '../testing/sandbox-client';

const COMPANY = '3f1c6a52-9a0e-4c5b-8f0d-0a1b2c3d4e5f';
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const KEY = `accountnumber='C-1',_msdyn_company_value=${COMPANY}`;
const ROWS = 12_000;

interface Account {
  accountid: string;
  name: string;
  '@odata.etag'?: string;
}

/** A published client that knows nothing of us, unmodified: what it can do against Dataverse it can do here. */
describe('dynamics-web-api', () => {
  let env: TestSandbox;
  let client: DynamicsWebApi;
  beforeAll(async () => {
    env = await testSandbox();
    const token = await tokenFor(env.sandbox, env.dataverse.url);
    client = new DynamicsWebApi({
      serverUrl: env.dataverse.url,
      dataApi: { version: '9.2' },
      onTokenRefresh: () => Promise.resolve(token),
    });
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
    await env.dataverse.control('PUT', 'tables/cdm_company/rows', [
      { cdm_companyid: COMPANY, cdm_companycode: 'usmf' },
    ]);
  });

  const create = (data: object, collection = 'accounts'): Promise<string> =>
    client.create<object, string>({ collection, data });
  const retrieve = (key: string, more: object = {}): Promise<Account> =>
    client.retrieve<Account>({ collection: 'accounts', key, ...more });
  const refusal = async (work: Promise<unknown>): Promise<{ status: number; code?: string }> => {
    const error = (await work.then(
      () => ({ status: 0 }),
      (reason: unknown) => reason,
    )) as { status: number; code?: string };
    return { status: error.status, ...(error.code === undefined ? {} : { code: error.code }) };
  };

  it('creates, reads, updates and deletes a row', async () => {
    const id = await create({ name: 'Nordwind', 'msdyn_Company@odata.bind': `/cdm_companies(${COMPANY})` });
    expect(id).toMatch(GUID);
    const read = await retrieve(id, {
      select: ['name', '_msdyn_company_value'],
      expand: [{ property: 'msdyn_Company', select: ['cdm_companycode'] }],
      includeAnnotations: '*',
    });
    expect(read).toMatchObject({
      name: 'Nordwind',
      _msdyn_company_value: COMPANY,
      msdyn_Company: { cdm_companycode: 'usmf' },
    });
    const shown = await client.update<object, Account>({
      collection: 'accounts',
      key: id,
      data: { name: 'Nordwind GmbH' },
      select: ['name'],
      returnRepresentation: true,
    });
    expect(shown.name).toBe('Nordwind GmbH');
    await client.updateSingleProperty({
      collection: 'accounts',
      key: id,
      fieldValuePair: { telephone1: '+49 30 1' },
    });
    expect(await retrieve(id, { select: ['telephone1'] })).toMatchObject({ telephone1: '+49 30 1' });
    await client.deleteRecord({ collection: 'accounts', key: id, property: 'telephone1' });
    expect(await retrieve(id, { select: ['telephone1'] })).toMatchObject({ telephone1: null });
    await client.deleteRecord({ collection: 'accounts', key: id });
    expect(await refusal(retrieve(id))).toEqual({ status: 404, code: '0x80040217' });
  });

  it('upserts by alternate key, and may ask for one of the two only', async () => {
    const upsert = (data: object, more: object = {}): Promise<unknown> =>
      client.upsert({ collection: 'accounts', key: KEY, data, ...more });
    await upsert({ name: 'A' });
    await upsert({ name: 'B' });
    const { value } = await client.retrieveMultiple<Account>({ collection: 'accounts', select: ['name'] });
    expect(value.map(({ name }) => name)).toEqual(['B']);
    expect(await refusal(upsert({ name: 'C' }, { ifnonematch: '*' }))).toMatchObject({ status: 0 });
    await expect(retrieve(KEY, { select: ['name'] })).resolves.toMatchObject({ name: 'B' });
    const missing = `accountnumber='C-2',_msdyn_company_value=${COMPANY}`;
    await client.upsert({ collection: 'accounts', key: missing, data: { name: 'C' }, ifmatch: '*' });
    expect(await client.count({ collection: 'accounts' })).toBe(1);
  });

  it('is refused by a stale ETag and taken with the current one', async () => {
    const id = await create({ name: 'A' });
    const etag = (await retrieve(id, { select: ['name'] }))['@odata.etag'] ?? '';
    const update = (name: string, ifmatch: string): Promise<Account> =>
      client.update<object, Account>({
        collection: 'accounts',
        key: id,
        data: { name },
        ifmatch,
        select: ['name'],
        returnRepresentation: true,
      });
    const after = await update('B', etag);
    expect(after.name).toBe('B');
    expect(after['@odata.etag']).not.toBe(etag);
    // The client turns 412 into false where the caller has sent a precondition.
    expect(await update('C', etag)).toBe(false);
    expect(await client.deleteRecord({ collection: 'accounts', key: id, ifmatch: etag })).toBe(false);
    expect((await retrieve(id)).name).toBe('B');
  });

  it('sends a batch with a change set, all of it or nothing', async () => {
    client.startBatch();
    void client.create({ collection: 'accounts', data: { name: 'A' }, contentId: '1' });
    void client.create({
      collection: 'contacts',
      data: { lastname: 'B', 'parentcustomerid_account@odata.bind': '$1' },
    });
    void client.retrieveMultiple({ collection: 'accounts', select: ['name'], inChangeSet: false });
    const [account, contact, list] = (await client.executeBatch()) as [
      string,
      string,
      { value: { name: string }[] },
    ];
    expect([account, contact]).toEqual([expect.stringMatching(GUID), expect.stringMatching(GUID)]);
    expect(list.value.map(({ name }) => name)).toEqual(['A']);
    const linked = await client.retrieve<Record<string, unknown>>({
      collection: 'contacts',
      key: contact,
      select: ['_parentcustomerid_value'],
    });
    expect(linked['_parentcustomerid_value']).toBe(account);

    client.startBatch();
    void client.create({ collection: 'accounts', data: { name: 'C' } });
    void client.create({ collection: 'accounts', data: { name: 'x'.repeat(161) } });
    await expect(client.executeBatch()).rejects.toBeTruthy();
    expect(await client.count({ collection: 'accounts' })).toBe(1);
  });

  it('follows changes over two rounds', async () => {
    const first = await create({ name: 'A' });
    const second = await create({ name: 'B' });
    const query = { collection: 'accounts', select: ['name'], trackChanges: true };
    const start = await client.retrieveMultiple<Account>(query);
    expect(start.value).toHaveLength(2);
    await client.update({ collection: 'accounts', key: first, data: { name: 'A2' } });
    await client.deleteRecord({ collection: 'accounts', key: second });
    const one = await client.retrieveMultiple<Account>(query, start.oDataDeltaLink as string);
    expect(one.value).toEqual([
      expect.objectContaining({ name: 'A2', accountid: first }),
      expect.objectContaining({ id: second, reason: 'deleted' }),
    ]);
    const third = await create({ name: 'C' });
    const two = await client.retrieveMultiple<Account>(query, one.oDataDeltaLink as string);
    expect(two.value.map(({ accountid }) => accountid)).toEqual([third]);
  });

  it('pages through 12,000 rows', async () => {
    const rows = Array.from({ length: ROWS }, (_, index) => ({ name: `N${index}` }));
    await env.dataverse.control('PUT', 'tables/account/rows', rows);
    const { value } = await client.retrieveAll<Account>({ collection: 'accounts', select: ['name'] });
    expect(new Set(value.map(({ name }) => name)).size).toBe(ROWS);
    const page = await client.retrieveMultiple<Account>({
      collection: 'accounts',
      select: ['name'],
      maxPageSize: 700,
      count: true,
    });
    expect([page.value.length, page.oDataCount]).toEqual([700, 5000]);
    const next = await client.retrieveMultiple<Account>(
      { collection: 'accounts', select: ['name'], maxPageSize: 700 },
      page.oDataNextLink as string,
    );
    expect(next.value[0]?.accountid).not.toBe(page.value[0]?.accountid);
  });

  it('associates and disassociates, over collections and lookups', async () => {
    const account = await create({ name: 'A' });
    const contact = await create({ lastname: 'B' }, 'contacts');
    const lookup = async (): Promise<unknown> =>
      (await client.retrieve<Record<string, unknown>>({ collection: 'contacts', key: contact }))[
        '_parentcustomerid_value'
      ];
    const related = { collection: 'accounts', primaryKey: account, relatedKey: contact };
    await client.associate({
      ...related,
      relationshipName: 'contact_customer_accounts',
      relatedCollection: 'contacts',
    });
    expect(await lookup()).toBe(account);
    await client.disassociate({ ...related, relationshipName: 'contact_customer_accounts' });
    expect(await lookup()).toBeNull();
    const single = {
      collection: 'contacts',
      primaryKey: contact,
      navigationProperty: 'parentcustomerid_account',
    };
    await client.associateSingleValued({ ...single, relatedCollection: 'accounts', relatedKey: account });
    expect(await lookup()).toBe(account);
    await client.disassociateSingleValued(single);
    expect(await lookup()).toBeNull();
  });

  it('calls functions and actions, and reads metadata', async () => {
    expect(await client.callFunction<object>({ name: 'WhoAmI' })).toMatchObject({
      UserId: expect.stringMatching(GUID),
      OrganizationId: expect.stringMatching(GUID),
    });
    const entity = await client.retrieveEntity<Record<string, unknown>>({
      key: `LogicalName='account'`,
      select: ['EntitySetName', 'PrimaryIdAttribute'],
    });
    expect(entity).toMatchObject({ EntitySetName: 'accounts', PrimaryIdAttribute: 'accountid' });
    const { value } = await client.retrieveAttributes<Record<string, unknown>>({
      entityKey: `LogicalName='account'`,
      castType: 'Microsoft.Dynamics.CRM.PicklistAttributeMetadata',
      select: ['LogicalName'],
      expand: [{ property: 'OptionSet', select: ['Options'] }],
    });
    expect(value.map((one) => one['LogicalName'])).toContain('accountcategorycode');
    expect(await client.retrieveCsdlMetadata()).toContain('<EntityType Name="account"');
  });
});
