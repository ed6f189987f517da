import type { JsonObject } from '../json/exact-json';
import { testSandbox, type TestSandbox } from '../testing/sandbox-client';

const rowsOf = (json: JsonObject): JsonObject[] => json['value'] as JsonObject[];

describe('queries of F&O', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.fo.control('POST', 'reset');
    await env.fo.control('PUT', 'tables/CustomersV3/rows', [
      { CustomerAccount: 'A', OrganizationName: 'A', CreditLimit: 10.25, CustomerGroupId: '10' },
      { CustomerAccount: 'B', OrganizationName: 'b2', CreditLimit: 20, CustomerGroupId: '20' },
      { CustomerAccount: 'C', OrganizationName: 'C', CreditLimit: -7, CustomerGroupId: '' },
    ]);
  });

  const accounts = async (query: string): Promise<unknown[]> =>
    rowsOf((await env.fo.get(`/CustomersV3?$select=CustomerAccount&${query}`)).json).map(
      (row) => row['CustomerAccount'],
    );

  it.each([
    ['CreditLimit add 0.1 eq 10.35', ['A']],
    ['CreditLimit sub 10 gt 0.25', ['B']],
    ['CreditLimit mul 2 eq 20.50', ['A']],
    ['CreditLimit divby 4 eq 5', ['B']],
    ['7 div 2 eq 3', ['A', 'B', 'C']],
    ['CreditLimit mod 20 eq 0', ['B']],
    ['(CreditLimit add 1) mul 2 gt 22 and CreditLimit lt 100', ['A', 'B']],
    ['not (CreditLimit add 7 eq 0)', ['A', 'B']],
    ['CustomerAccount eq OrganizationName', ['A', 'C']],
    ['1 lt CreditLimit', ['A', 'B']],
    ['CreditLimit div 0 eq 1', []],
  ])('given $filter=%s, then %j', async (filter, expected) => {
    expect(await accounts(`$filter=${encodeURIComponent(filter)}`)).toEqual(expected);
  });

  it.each([
    'CreditLimit add OrganizationName eq 1',
    'CreditLimit add 1',
    "CreditLimit add 1 eq 'x'",
    '(CreditLimit add 1',
    '((CreditLimit))',
  ])('given $filter=%s, then 400', async (filter) => {
    expect((await env.fo.get(`/CustomersV3?$filter=${encodeURIComponent(filter)}`)).status).toBe(400);
  });

  it('given the switch, then text functions are served', async () => {
    await env.fo.control('PUT', 'options', { textFunctionsServed: true });
    expect(await accounts("$filter=startswith(OrganizationName,'B')")).toEqual(['B']);
  });

  it('given a limit of $skip, then more is refused; given tokens, then next links carry them', async () => {
    await env.fo.control('PUT', 'options', {
      skipCountMax: 1,
      nextLinkForm: 'skiptoken',
      pageRowCountMax: 1,
    });
    expect((await env.fo.get('/CustomersV3?$skip=2')).status).toBe(400);
    const page = await env.fo.get('/CustomersV3?$select=CustomerAccount&$top=2');
    const link = String(page.json['@odata.nextLink']);
    expect(link).toMatch(/\$skiptoken=/);
    expect(rowsOf((await env.fo.get(link)).json).map((row) => row['CustomerAccount'])).toEqual(['B']);
    expect((await env.fo.get('/CustomersV3?$skiptoken=nonsense')).status).toBe(400);
  });

  it('given odata.metadata=full, then types, ids and links are told; given none, then nothing', async () => {
    const path = "/CustomersV3(dataAreaId='usmf',CustomerAccount='A')?$select=CreditLimit,OnHoldStatus";
    const full = await env.fo.get(path, { accept: 'application/json;odata.metadata=full' });
    expect(full.headers.get('content-type')).toBe('application/json; odata.metadata=full; charset=utf-8');
    expect(full.json).toMatchObject({
      '@odata.type': '#Microsoft.Dynamics.DataEntities.CustomerV3',
      '@odata.id': `${env.fo.url}/data/CustomersV3(dataAreaId='usmf',CustomerAccount='A')`,
      'CreditLimit@odata.type': '#Decimal',
      'OnHoldStatus@odata.type': '#Microsoft.Dynamics.DataEntities.OnHoldStatus',
    });
    const none = await env.fo.get(path, { accept: 'application/json;odata.metadata=none' });
    expect(Object.keys(none.json)).toEqual(['CreditLimit', 'OnHoldStatus']);
  });

  it.each([
    ["contains(tolower(Name), 'customerv3')", ['CustomerV3']],
    ["EntitySetName eq 'CustomerGroups'", ['CustomerGroup']],
    ["Name eq 'Nobody'", []],
  ])('given /metadata and $filter=%s, then %j', async (filter, names) => {
    const url = `${env.fo.url}/Metadata/PublicEntities?$count=true&$top=5&$filter=${encodeURIComponent(filter)}`;
    const { json } = await env.fo.get(url);
    expect([rowsOf(json).map((row) => row['Name']), json['@odata.count']]).toEqual([names, names.length]);
  });

  it('given /metadata and a filter of another form, then 501', async () => {
    const url = `${env.fo.url}/metadata/DataEntities?$filter=startswith(Name,'x')`;
    expect((await env.fo.get(url)).status).toBe(501);
  });

  describe('given navigations of a schema', () => {
    beforeEach(async () => {
      const { tables } = (await env.fo.control('GET', 'schema')) as { tables: { name: string }[] };
      const named = (name: string): object => tables.find((table) => table.name === name) ?? {};
      const group = { name: 'Group', set: 'CustomerGroups', fields: { CustomerGroupId: 'CustomerGroupId' } };
      const members = { ...group, name: 'Members', set: 'CustomersV3', isCollection: true };
      await env.fo.control('PUT', 'schema', {
        tables: [
          { ...named('CustomersV3'), navigations: [group] },
          { ...named('CustomerGroups'), navigations: [members] },
        ],
      });
      await env.fo.control('PUT', 'tables/CustomerGroups/rows', [
        { CustomerGroupId: '10', Description: 'Ten' },
        { CustomerGroupId: '20', Description: 'Twenty' },
      ]);
    });

    it('when a row is expanded, then its target or null stands in it; collections are lists', async () => {
      const list = await env.fo.get(
        '/CustomersV3?$select=CustomerAccount&$expand=Group($select=Description)',
      );
      expect(rowsOf(list.json).map((row) => (row['Group'] as JsonObject | null)?.['Description'])).toEqual([
        'Ten',
        'Twenty',
        undefined,
      ]);
      expect(String(list.json['@odata.context'])).toMatch(
        /#CustomersV3\(CustomerAccount,Group\(Description\)\)$/,
      );
      const key = "/CustomerGroups(dataAreaId='usmf',CustomerGroupId='10')?$expand=Members";
      expect((await env.fo.get(key)).json['Members']).toMatchObject([{ CustomerAccount: 'A' }]);
    });

    it('when the metadata is read, then they are told', async () => {
      expect((await env.fo.get('/$metadata')).text).toContain(
        '<NavigationProperty Name="Members" Type="Collection(Microsoft.Dynamics.DataEntities.CustomerV3)" />',
      );
      const entity = await env.fo.get(`${env.fo.url}/metadata/PublicEntities('CustomerV3')`);
      expect(entity.json['NavigationProperties']).toMatchObject([{ Name: 'Group', Cardinality: 'ZeroOne' }]);
    });

    it('when it has a second level, an unknown name or an option, then it is refused', async () => {
      const status = async (expand: string): Promise<number> =>
        (await env.fo.get(`/CustomersV3?$expand=${expand}`)).status;
      expect(await status('Group($expand=Members)')).toBe(400);
      expect(await status('Nothing')).toBe(400);
      expect(await status('Group($top=1)')).toBe(501);
    });
  });
});
