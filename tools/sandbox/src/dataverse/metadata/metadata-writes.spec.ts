import type { Json, JsonObject } from '../../json/exact-json';
import { eventually, testSandbox, type TestAnswer, type TestSandbox } from '../../testing/sandbox-client';

const label = (text: string): JsonObject => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] });
const CRM = 'Microsoft.Dynamics.CRM.';
const attribute = (type: string, SchemaName: string, more: JsonObject = {}): JsonObject => ({
  '@odata.type': `${CRM}${type}AttributeMetadata`,
  SchemaName,
  DisplayName: label(SchemaName),
  ...more,
});
const ORDER = {
  '@odata.type': `${CRM}EntityMetadata`,
  SchemaName: 'new_Delivery',
  DisplayName: label('Delivery'),
  OwnershipType: 'UserOwned',
  HasNotes: false,
  HasActivities: false,
  Attributes: [
    attribute('String', 'new_Name', { IsPrimaryName: true, MaxLength: 40 }),
    attribute('Money', 'new_Value', { Precision: 2 }),
    attribute('Picklist', 'new_Kind', {
      OptionSet: { Options: [{ Value: 7, Label: label('Seven') }] },
    }),
  ],
};

describe('metadata writes in Dataverse', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
  });
  const path = "/EntityDefinitions(LogicalName='new_delivery')";
  const rows = (answer: TestAnswer): JsonObject[] => answer.json['value'] as JsonObject[];
  const keyStatus = async (): Promise<Json | undefined> =>
    rows(await env.dataverse.get(`${path}/Keys?$select=SchemaName,EntityKeyIndexStatus`))[0]?.[
      'EntityKeyIndexStatus'
    ];
  const createTable = async (): Promise<TestAnswer> => env.dataverse.post('/EntityDefinitions', ORDER);

  it('given a new table, then it has routes, metadata and columns of all kinds, and knows its currency', async () => {
    const made = await createTable();
    expect([made.status, made.headers.get('OData-EntityId')]).toEqual([
      204,
      expect.stringMatching(/\/EntityDefinitions\([0-9a-f-]{36}\)$/),
    ]);
    const byId = await env.dataverse.get(
      `${made.headers.get('OData-EntityId')}?$select=EntitySetName,ChangeTrackingEnabled`,
    );
    expect(byId.json).toMatchObject({ EntitySetName: 'new_deliveries', ChangeTrackingEnabled: false });
    const row = await env.dataverse.post('/new_deliveries', {
      new_name: 'D',
      new_value: 12.345,
      new_kind: 7,
    });
    expect(row.status).toBe(204);
    const read = await env.dataverse.get(row.headers.get('OData-EntityId') ?? '', {
      prefer: 'odata.include-annotations="*"',
    });
    expect(read.text).toContain('"new_value":12.35,');
    expect(read.json).toMatchObject({
      'new_kind@OData.Community.Display.V1.FormattedValue': 'Seven',
      'new_value@OData.Community.Display.V1.FormattedValue': '$12.35',
    });
    expect(read.json).toHaveProperty('_transactioncurrencyid_value');
    expect(read.json).toHaveProperty('new_value_base');
    expect((await env.dataverse.get('/$metadata')).text).toContain('<EntityType Name="new_delivery"');
    expect((await createTable()).status).toBe(400);
  });

  it('given change tracking that is turned on, then it is, and cannot be turned off', async () => {
    await createTable();
    const track = { prefer: 'odata.track-changes' };
    expect((await env.dataverse.get('/new_deliveries', track)).status).toBe(400);
    expect((await env.dataverse.call('PUT', path, { body: { ChangeTrackingEnabled: true } })).status).toBe(
      204,
    );
    expect((await env.dataverse.get('/new_deliveries', track)).json['@odata.deltaLink']).toBeDefined();
    expect((await env.dataverse.call('PUT', path, { body: { ChangeTrackingEnabled: false } })).status).toBe(
      400,
    );
  });

  it('given a new column, then it can be written, and be made longer later', async () => {
    await createTable();
    const text = attribute('String', 'new_Note', { MaxLength: 3, RequiredLevel: { Value: 'Recommended' } });
    expect((await env.dataverse.post(`${path}/Attributes`, text)).status).toBe(204);
    expect((await env.dataverse.post(`${path}/Attributes`, text)).status).toBe(400);
    const write = async (): Promise<number> =>
      (await env.dataverse.post('/new_deliveries', { new_name: 'D', new_note: 'four' })).status;
    expect(await write()).toBe(400);
    const longer = await env.dataverse.call(
      'PUT',
      `${path}/Attributes(LogicalName='new_note')/${CRM}StringAttributeMetadata`,
      { body: { MaxLength: 10 } },
    );
    expect(longer.status).toBe(204);
    expect(await write()).toBe(204);
    const { json } = await env.dataverse.get(
      `${path}/Attributes(LogicalName='new_note')?$select=MaxLength,RequiredLevel,SchemaName`,
    );
    expect(json).toMatchObject({
      MaxLength: 10,
      SchemaName: 'new_Note',
      RequiredLevel: { Value: 'Recommended' },
    });
  });

  describe('given a new key', () => {
    const key = { SchemaName: 'new_ByName', DisplayName: label('By name'), KeyAttributes: ['new_name'] };

    it('when its index is Pending, then rows are not found by it; when Active, then they are', async () => {
      await createTable();
      await env.dataverse.control('PUT', 'options', { keyIndexDelayMs: 300 });
      await env.dataverse.post('/new_deliveries', { new_name: 'D' });
      expect((await env.dataverse.post(`${path}/Keys`, key)).status).toBe(204);
      expect(await keyStatus()).toBe('Pending');
      expect((await env.dataverse.get("/new_deliveries(new_name='D')")).status).toBe(400);
      await eventually(async () => (await keyStatus()) === 'Active');
      expect((await env.dataverse.get("/new_deliveries(new_name='D')")).status).toBe(200);
      const twice = await env.dataverse.post('/new_deliveries', { new_name: 'D' });
      expect([twice.status, twice.text]).toEqual([412, expect.stringContaining('0x80060892')]);
    });

    it('when rows share a value, then it fails, until it is activated again after they are mended', async () => {
      await createTable();
      await env.dataverse.control('PUT', 'options', { keyIndexDelayMs: 1 });
      const second = await env.dataverse.post('/new_deliveries', { new_name: 'D' });
      await env.dataverse.post('/new_deliveries', { new_name: 'D' });
      await env.dataverse.post(`${path}/Keys`, key);
      await eventually(async () => (await keyStatus()) === 'Failed');
      await env.dataverse.remove(second.headers.get('OData-EntityId') ?? '');
      const again = { EntityLogicalName: 'new_delivery', EntityKeyLogicalName: 'new_byname' };
      expect((await env.dataverse.post('/ReactivateEntityKey', again)).status).toBe(204);
      await eventually(async () => (await keyStatus()) === 'Active');
    });

    it.each<[string, JsonObject]>([
      ['a column that is not there', { KeyAttributes: ['new_nothing'] }],
      ['a column of a type that has no index', { KeyAttributes: ['new_value'] }],
      ['no column', { KeyAttributes: [] }],
      ['no prefix', { SchemaName: 'ByName' }],
    ])('when it has %s, then 400', async (_, wrong) => {
      await createTable();
      expect((await env.dataverse.post(`${path}/Keys`, { ...key, ...wrong })).status).toBe(400);
    });
  });

  it('given a new lookup, then it is written by one name, read by another, and followed back', async () => {
    await createTable();
    const relationship = {
      '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
      SchemaName: 'new_account_delivery',
      ReferencedEntity: 'account',
      ReferencedAttribute: 'accountid',
      ReferencingEntity: 'new_delivery',
      Lookup: attribute('Lookup', 'new_Customer'),
    };
    expect((await env.dataverse.post('/RelationshipDefinitions', relationship)).status).toBe(204);
    const account = await env.dataverse.post('/accounts', { name: 'A' });
    const url = account.headers.get('OData-EntityId') ?? '';
    await env.dataverse.post('/new_deliveries', { new_name: 'D', 'new_Customer@odata.bind': url });
    const back = await env.dataverse.get(`${url}/new_account_delivery?$select=new_name,_new_customer_value`);
    expect(rows(back)).toMatchObject([{ new_name: 'D', _new_customer_value: url.slice(-37, -1) }]);
    const { json } = await env.dataverse.get("/RelationshipDefinitions(SchemaName='new_account_delivery')");
    expect(json).toMatchObject({
      ReferencingEntityNavigationPropertyName: 'new_Customer',
      ReferencedEntityNavigationPropertyName: 'new_account_delivery',
    });
  });

  it('given a new N:N, then rows can be associated', async () => {
    await createTable();
    const made = await env.dataverse.post('/RelationshipDefinitions', {
      '@odata.type': `${CRM}ManyToManyRelationshipMetadata`,
      SchemaName: 'new_delivery_contact',
      Entity1LogicalName: 'new_delivery',
      Entity2LogicalName: 'contact',
      IntersectEntityName: 'new_delivery_contact',
    });
    expect(made.status).toBe(204);
    const { json } = await env.dataverse.get(
      `${path}/ManyToManyRelationships?$select=SchemaName,IntersectEntityName`,
    );
    expect(json['value']).toMatchObject([{ SchemaName: 'new_delivery_contact' }]);
    const delivery = await env.dataverse.post('/new_deliveries', {
      new_name: 'D',
      new_delivery_contact: [{ lastname: 'L' }],
    });
    expect(
      (await env.dataverse.get(`${delivery.headers.get('OData-EntityId')}/new_delivery_contact/$count`)).text,
    ).toBe('\uFEFF1');
  });

  it('given what somebody has made, then it can be deleted; what is shipped or needed cannot', async () => {
    await createTable();
    await env.dataverse.post(`${path}/Attributes`, attribute('String', 'new_Note'));
    const key = { SchemaName: 'new_ByName', DisplayName: label('By name'), KeyAttributes: ['new_name'] };
    await env.dataverse.post(`${path}/Keys`, key);
    await env.dataverse.post('/new_deliveries', { new_name: 'D', new_note: 'x' });
    const remove = async (what: string): Promise<number> => (await env.dataverse.remove(what)).status;
    expect(await remove(`${path}/Attributes(LogicalName='new_name')`)).toBe(400);
    expect(await remove(`${path}/Keys(LogicalName='new_byname')`)).toBe(204);
    expect(rows(await env.dataverse.get(`${path}/Keys`))).toEqual([]);
    expect(await remove(`${path}/Attributes(LogicalName='new_note')`)).toBe(204);
    expect((await env.dataverse.get('/new_deliveries?$select=new_note')).status).toBe(400);
    const found = await env.dataverse.get(
      "/EntityDefinitions?$select=LogicalName&$filter=startswith(LogicalName,'new_')",
    );
    expect(rows(found)).toMatchObject([{ LogicalName: 'new_delivery' }]);
    expect(await remove(path)).toBe(204);
    expect((await env.dataverse.get('/new_deliveries')).status).toBe(404);
    expect(await remove("/EntityDefinitions(LogicalName='account')")).toBe(400);
    await createTable();
    expect(rows(await env.dataverse.get('/new_deliveries'))).toEqual([]);
  });

  it('given a global choice, then columns take its options', async () => {
    await createTable();
    const set = {
      Name: 'new_sizes',
      DisplayName: label('Sizes'),
      Options: [{ Value: 1, Label: label('Small') }],
    };
    const made = await env.dataverse.post('/GlobalOptionSetDefinitions', set);
    expect(made.status).toBe(204);
    const picklist = attribute('Picklist', 'new_Size', {
      'GlobalOptionSet@odata.bind': `/GlobalOptionSetDefinitions(${made.headers.get('OData-EntityId')?.slice(-37, -1)})`,
    });
    expect((await env.dataverse.post(`${path}/Attributes`, picklist)).status).toBe(204);
    expect((await env.dataverse.post('/new_deliveries', { new_name: 'D', new_size: 2 })).status).toBe(400);
    expect((await env.dataverse.post('/new_deliveries', { new_name: 'D', new_size: 1 })).status).toBe(204);
    const { json } = await env.dataverse.get("/GlobalOptionSetDefinitions(Name='new_sizes')");
    expect(json).toMatchObject({ Name: 'new_sizes', Options: [{ Value: 1 }] });
  });

  it('given the name of a solution, then what is made is a component of it', async () => {
    const inSolution = (name: string): Promise<TestAnswer> =>
      env.dataverse.post('/EntityDefinitions', ORDER, { 'MSCRM.SolutionUniqueName': name });
    expect((await inSolution('none')).status).toBe(404);
    await env.dataverse.post('/solutions', { uniquename: 'ours', friendlyname: 'Ours', version: '1.0.0.0' });
    expect((await inSolution('ours')).status).toBe(204);
    const { json } = await env.dataverse.get(
      "/solutioncomponents?$select=componenttype&$filter=solutionid/uniquename eq 'ours'",
    );
    expect(json['value']).toMatchObject([{ componenttype: 1 }]);
  });

  it('given publishing, organization details and what is left out, then they answer as they should', async () => {
    expect((await env.dataverse.post('/PublishXml', { ParameterXml: '<importexportxml/>' })).status).toBe(
      204,
    );
    const { json } = await env.dataverse.get(
      "/RetrieveCurrentOrganization(AccessType=@p)?@p=Microsoft.Dynamics.CRM.EndpointAccessType'Default'",
    );
    expect(json['Detail']).toMatchObject({ State: 'Enabled', OrganizationId: expect.any(String) });
    for (const [method, url, name] of [
      ['POST', '/WinOpportunity', 'WinOpportunity'],
      ['GET', '/accounts?fetchXml=%3Cfetch/%3E', 'fetchXml'],
      ['GET', '/accounts?$apply=aggregate($count%20as%20n)', '$apply'],
      [
        'DELETE',
        `${path.replace('new_delivery', 'account')}/ManyToOneRelationships`,
        'DELETE EntityDefinitions',
      ],
      ['GET', '/accounts?sql=SELECT%20name%20FROM%20account', 'sql'],
      ['POST', '/accounts/Microsoft.Dynamics.CRM.DeleteMultiple', 'DeleteMultiple'],
    ] as const) {
      const answer = await env.dataverse.call(
        method,
        url,
        method === 'POST' ? { body: { Targets: [] } } : {},
      );
      expect([name, answer.status, answer.text]).toEqual([
        name,
        expect.any(Number),
        expect.stringContaining(name),
      ]);
      expect([501, 400]).toContain(answer.status);
    }
  });
});
