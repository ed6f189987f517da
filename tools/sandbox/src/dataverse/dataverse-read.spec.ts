import type { JsonObject } from '../json/exact-json';
import { testSandbox, tokenFor, type TestSandbox } from '../testing/sandbox-client';

const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const rowsOf = (json: JsonObject): JsonObject[] => json['value'] as JsonObject[];

describe('reading from Dataverse', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
    await env.dataverse.control('PUT', 'tables/cdm_company/rows', [
      { cdm_companyid: id(900), cdm_companycode: 'usmf', cdm_name: 'Contoso' },
    ]);
    const rows = Array.from({ length: 25 }, (_, index) => ({
      accountid: id(index),
      accountnumber: `C-${index}`,
      name: index % 2 === 0 ? `Even 100% ${index}` : `odd_${index}`,
      numberofemployees: index,
      _msdyn_company_value: id(900),
    }));
    await env.dataverse.control('PUT', 'tables/account/rows', rows);
  });
  afterAll(() => env.close());

  const names = async (query: string): Promise<unknown[]> =>
    rowsOf((await env.dataverse.get(`/accounts?$select=accountnumber&${query}`)).json).map(
      (row) => row['accountnumber'],
    );

  it.each([
    ["$filter=numberofemployees gt 21 and not (accountnumber eq 'C-23')", ['C-22', 'C-24']],
    ["$filter=contains(name,'EVEN') and numberofemployees le 2", ['C-0', 'C-2']],
    ["$filter=startswith(name,'odd') and (numberofemployees eq 1 or numberofemployees eq 3)", ['C-1', 'C-3']],
    ["$filter=endswith(name,'24')", ['C-24']],
    [`$filter=_msdyn_company_value eq ${id(900)} and accountnumber eq 'c-7'`, ['C-7']],
    ["$filter=msdyn_Company/cdm_companycode eq 'usmf' and accountnumber eq 'C-8'", ['C-8']],
    [`$filter=accountid eq ${id(3)} or accountid eq ${id(5)}`, ['C-3', 'C-5']],
    ['$filter=numberofemployees eq @p1&@p1=9', ['C-9']],
    [
      `$filter=${encodeURIComponent('Microsoft.Dynamics.CRM.In(PropertyName=\'accountnumber\',PropertyValues=["C-1","C-4"])')}`,
      ['C-1', 'C-4'],
    ],
    ['$orderby=numberofemployees desc&$top=2', ['C-24', 'C-23']],
    ['%24filter=accountnumber+eq+%27C-6%27', ['C-6']],
  ])('given %s, then %j', async (query, expected) => {
    expect(await names(query)).toEqual(expected);
  });

  it.each([
    '$select=nothing',
    '$filter=nothing eq 1',
    '$filter=name eq',
    '$skip=1',
    "$filter=numberofemployees eq 'x'",
  ])('given %s, then 400', async (query) => {
    expect((await env.dataverse.get(`/accounts?${query}`)).status).toBe(400);
  });

  it.each([
    ['', 'by id'],
    ['&$orderby=name', 'by name'],
  ])('given pages (%s), then each row comes once, %s', async (order) => {
    const seen: unknown[] = [];
    const prefer = { prefer: 'odata.maxpagesize=10' };
    let next: string | undefined = `/accounts?$select=accountnumber${order}`;
    let pages = 0;
    while (next !== undefined) {
      const answer = await env.dataverse.get(next, prefer);
      expect(answer.headers.get('Preference-Applied')).toBe('odata.maxpagesize=10');
      seen.push(...rowsOf(answer.json).map((row) => row['accountnumber']));
      next = answer.json['@odata.nextLink'] as string | undefined;
      pages += 1;
      if (next !== undefined) expect(next).toContain('%253ccookie%2520page');
    }
    expect([pages, seen.length, new Set(seen).size]).toEqual([3, 25, 25]);
  });

  it('given /$count, then a byte order mark stands in front of the number', async () => {
    const answer = await env.dataverse.get('/accounts/$count');
    expect([answer.text, answer.headers.get('content-type')]).toEqual(['\uFEFF25', 'text/plain']);
  });

  it('given the headers of limits, then the time has a thousands separator', async () => {
    const { headers } = await env.dataverse.get('/WhoAmI');
    expect(headers.get('x-ms-ratelimit-time-remaining-xrm-requests')).toBe('1,200.00');
    expect(headers.get('x-ms-dop-hint')).toBeTruthy();
  });

  it('given $expand of a lookup and annotations, then the row behind it and its names are there', async () => {
    const path = `/accounts(${id(1)})?$select=name&$expand=msdyn_Company($select=cdm_name)`;
    const answer = await env.dataverse.get(path);
    expect(answer.json['msdyn_Company']).toMatchObject({ cdm_name: 'Contoso', cdm_companyid: id(900) });
    const annotated = await env.dataverse.get(`/accounts(${id(1)})?$select=_msdyn_company_value`, {
      prefer: 'odata.include-annotations="*"',
    });
    expect(annotated.json).toMatchObject({
      '_msdyn_company_value@OData.Community.Display.V1.FormattedValue': 'Contoso',
      '_msdyn_company_value@Microsoft.Dynamics.CRM.lookuplogicalname': 'cdm_company',
      '_msdyn_company_value@Microsoft.Dynamics.CRM.associatednavigationproperty': 'msdyn_Company',
    });
  });

  it('given If-None-Match with the version, then 304; with the word null, then the row', async () => {
    const etag = (await env.dataverse.get(`/accounts(${id(1)})`)).headers.get('etag') ?? '';
    expect((await env.dataverse.get(`/accounts(${id(1)})`, { 'if-none-match': etag })).status).toBe(304);
    expect((await env.dataverse.get(`/accounts(${id(1)})`, { 'if-none-match': 'null' })).status).toBe(200);
  });

  it('given the metadata, then navigation properties are in mixed case and tied to their columns', async () => {
    const { text } = await env.dataverse.get('/$metadata');
    expect(text).toContain(
      '<NavigationProperty Name="msdyn_CustomerGroupId" Type="mscrm.msdyn_customergroup"',
    );
    expect(text).toContain(
      '<ReferentialConstraint Property="_msdyn_customergroupid_value" ReferencedProperty="msdyn_customergroupid" />',
    );
    const definition = await env.dataverse.get(
      "/EntityDefinitions(LogicalName='account')?$select=EntitySetName,ChangeTrackingEnabled,IsOptimisticConcurrencyEnabled&$expand=Attributes($select=LogicalName,AttributeType),Keys($select=KeyAttributes,EntityKeyIndexStatus)",
    );
    expect(definition.json).toMatchObject({
      EntitySetName: 'accounts',
      ChangeTrackingEnabled: true,
      IsOptimisticConcurrencyEnabled: true,
    });
    expect(definition.json['Keys']).toMatchObject([
      { KeyAttributes: ['accountnumber', 'msdyn_company'], EntityKeyIndexStatus: 'Active' },
    ]);
    expect(
      (definition.json['Attributes'] as JsonObject[]).find((one) => one['LogicalName'] === 'creditlimit'),
    ).toMatchObject({ AttributeType: 'Money' });
    const typed = await env.dataverse.get(
      "/EntityDefinitions(LogicalName='account')/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?$select=LogicalName&$expand=OptionSet($select=Options)",
    );
    expect(rowsOf(typed.json)[0]).toHaveProperty('OptionSet');
    expect(
      rowsOf((await env.dataverse.get('/EntityDefinitions?$select=LogicalName')).json).length,
    ).toBeGreaterThan(100);
  });
});

describe('change tracking', () => {
  let env: TestSandbox;
  const tracking = { prefer: 'odata.track-changes,odata.maxpagesize=3' };
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
    await env.dataverse.control(
      'PUT',
      'tables/account/rows',
      Array.from({ length: 7 }, (_, index) => ({ accountid: id(index), name: `${index}` })),
    );
  });

  /** All pages of a round. */
  async function round(
    start: string,
    headers: Record<string, string> = tracking,
  ): Promise<{ rows: JsonObject[]; deltaLink: string; pages: number }> {
    const rows: JsonObject[] = [];
    for (let link = start, pages = 1; ; pages += 1) {
      const { json } = await env.dataverse.get(link, headers);
      rows.push(...rowsOf(json));
      const next = json['@odata.nextLink'];
      if (next === undefined) return { rows, deltaLink: String(json['@odata.deltaLink']), pages };
      link = String(next);
    }
  }

  it('given rows changed, added and deleted, then the next round shows each once, deletions last and as bare ids', async () => {
    const first = await round('/accounts?$select=name');
    expect([first.rows.length, first.pages]).toEqual([7, 3]);
    await env.dataverse.remove(`/accounts(${id(0)})`);
    await env.dataverse.patch(`/accounts(${id(1)})`, { name: 'x' });
    await env.dataverse.patch(`/accounts(${id(2)})`, { name: 'y' });
    await env.dataverse.patch(`/accounts(${id(1)})`, { name: 'z' });
    await env.dataverse.post('/accounts', { accountid: id(50), name: 'new' });
    await env.dataverse.post('/accounts', { accountid: id(51), name: 'brief' });
    await env.dataverse.remove(`/accounts(${id(51)})`);
    const second = await round(first.deltaLink, { prefer: 'odata.maxpagesize=2' });
    expect(second.rows.map((row) => row['name'] ?? row['id'])).toEqual(['y', 'z', 'new', id(0), id(51)]);
    expect(second.rows[3]).toEqual({
      '@odata.context': `${env.dataverse.url}/api/data/v9.2/$metadata#accounts/$deletedEntity`,
      id: id(0),
      reason: 'deleted',
    });
    const third = await round(second.deltaLink);
    expect([third.rows, third.deltaLink.includes('$deltatoken=')]).toEqual([[], true]);
  });

  it('given a write between two pages of a round, then it comes with the next round', async () => {
    const page = await env.dataverse.get('/accounts?$select=name', tracking);
    await env.dataverse.patch(`/accounts(${id(0)})`, { name: 'late' });
    const rest = await round(String(page.json['@odata.nextLink']));
    const next = await round(rest.deltaLink);
    expect(next.rows.map((row) => row['name'])).toEqual(['late']);
  });

  it.each(["$filter=name eq '1'", '$orderby=name', '$top=1', '$expand=primarycontactid'])(
    'given %s together with tracking, then 400',
    async (query) => {
      const answer = await env.dataverse.get(`/accounts?${query}`, tracking);
      expect([
        answer.status,
        answer.text.includes("isn't supported when Change Tracking is enabled"),
      ]).toEqual([400, true]);
    },
  );

  it('given a token that is too old, then an error and never a full list', async () => {
    const { deltaLink } = await round('/accounts?$select=name');
    await env.dataverse.control('POST', 'clock', { advanceSeconds: 8 * 86_400 });
    env.dataverse.token = await tokenFor(env.sandbox, env.dataverse.url);
    const answer = await env.dataverse.get(deltaLink);
    expect(answer.status).toBe(400);
    expect(answer.json).toMatchObject({ error: { code: '0x80044352' } });
    await env.dataverse.control('POST', 'reset');
    env.dataverse.token = await tokenFor(env.sandbox, env.dataverse.url);
  });

  it('given a delta token on $count, then the number of changes', async () => {
    const { deltaLink } = await round('/accounts?$select=name');
    await env.dataverse.patch(`/accounts(${id(0)})`, { name: 'x' });
    expect((await env.dataverse.get(deltaLink.replace('/accounts?', '/accounts/$count?'))).text).toBe(
      '\uFEFF1',
    );
  });
});
