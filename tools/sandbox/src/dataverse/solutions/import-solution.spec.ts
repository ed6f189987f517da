import type { JsonObject } from '../../json/exact-json';
import { eventually, testSandbox, type TestAnswer, type TestSandbox } from '../../testing/sandbox-client';
import { writeZip } from '../../zip/zip';

const NAMES = '<displaynames><displayname description="Shown" languagecode="1033" /></displaynames>';
const attribute = (name: string, type: string, more = ''): string =>
  `<attribute PhysicalName="${name}"><Type>${type}</Type><Name>${name.toLowerCase()}</Name>` +
  `<LogicalName>${name.toLowerCase()}</LogicalName><RequiredLevel>none</RequiredLevel>${more}${NAMES}</attribute>`;
const PRIMARY = '<DisplayMask>PrimaryName|ValidForForm</DisplayMask><MaxLength>40</MaxLength>';
const BIT =
  '<optionset Name="x"><OptionSetType>bit</OptionSetType><options><option value="1"><labels><label description="Yes" languagecode="1033"/></labels></option><option value="0"/></options></optionset>';
const KEY =
  '<EntityKeys><EntityKey><Name>new_ByCode</Name><EntityKeyAttributes><AttributeName>new_code</AttributeName></EntityKeyAttributes></EntityKey></EntityKeys>';
const COLUMNS = [
  attribute('new_PartId', 'primarykey'),
  attribute('new_Name', 'nvarchar', PRIMARY),
  attribute('new_Code', 'nvarchar', '<MaxLength>10</MaxLength>'),
  attribute('new_Count', 'bigint'),
  attribute('new_Weight', 'decimal', '<Accuracy>3</Accuracy>'),
  attribute('new_Done', 'bit', BIT),
  attribute('new_Day', 'datetime', '<Format>date</Format><Behavior>2</Behavior>'),
  attribute('new_Of', 'lookup'),
  attribute('createdon', 'datetime', '<Format>datetime</Format>'),
];
const entity = (name: string, columns: readonly string[], more = ''): string =>
  `<Entity><Name LocalizedName="${name}" OriginalName="">${name}</Name><EntityInfo><entity Name="${name}">` +
  `<attributes>${columns.join('')}</attributes>${more}</entity></EntityInfo></Entity>`;
const RELATIONSHIP =
  '<EntityRelationship Name="new_account_new_part"><EntityRelationshipType>OneToMany</EntityRelationshipType>' +
  '<ReferencingEntityName>new_Part</ReferencingEntityName><ReferencedEntityName>Account</ReferencedEntityName>' +
  '<ReferencingAttributeName>new_Of</ReferencingAttributeName><EntityRelationshipRoles>' +
  '<EntityRelationshipRole><NavPaneDisplayOption>DoNotDisplay</NavPaneDisplayOption><NavigationPropertyName>new_Of</NavigationPropertyName><RelationshipRoleType>1</RelationshipRoleType></EntityRelationshipRole>' +
  '<EntityRelationshipRole><NavigationPropertyName>new_parts</NavigationPropertyName><RelationshipRoleType>0</RelationshipRoleType></EntityRelationshipRole>' +
  '</EntityRelationshipRoles></EntityRelationship>';
const TRACKED = '<ChangeTrackingEnabled>1</ChangeTrackingEnabled>';
const PART = entity('new_Part', COLUMNS, `<EntitySetName>new_parts</EntitySetName>${KEY}${TRACKED}`);
const customizations = (entities: string, relationships: string): string =>
  `<ImportExportXml><Entities>${entities}</Entities><EntityRelationships>${relationships}</EntityRelationships></ImportExportXml>`;
const manifest = (roots: readonly string[], managed = 0): string =>
  '<ImportExportXml><SolutionManifest><UniqueName>Parts</UniqueName><Version>1.2.0.0</Version>' +
  `<Managed>${managed}</Managed><Publisher><UniqueName>Somebody</UniqueName><CustomizationPrefix>new</CustomizationPrefix>` +
  '<CustomizationOptionValuePrefix>12345</CustomizationOptionValuePrefix></Publisher><RootComponents>' +
  roots.map((name) => `<RootComponent type="1" schemaName="${name}" behavior="0" />`).join('') +
  '</RootComponents></SolutionManifest></ImportExportXml>';
const zip = (files: Readonly<Record<string, string>>): string =>
  writeZip(Object.entries(files).map(([name, text]) => ({ name, content: Buffer.from(text) }))).toString(
    'base64',
  );
const solution = (inner: string, outer = manifest(['new_part'])): string =>
  zip({ '[Content_Types].xml': '<Types />', 'solution.xml': outer, 'customizations.xml': inner });

describe('ImportSolution', () => {
  let env: TestSandbox;
  beforeAll(async () => {
    env = await testSandbox();
  });
  afterAll(() => env.close());
  beforeEach(async () => {
    await env.dataverse.control('POST', 'reset');
  });
  const importing = (CustomizationFile: string, more: JsonObject = {}): Promise<TestAnswer> =>
    env.dataverse.post('/ImportSolution', {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: true,
      ImportJobId: '7d5c0a5e-3f0b-4d52-9c2a-0d6f3c1c9a11',
      CustomizationFile,
      ...more,
    });
  const PATH = "/EntityDefinitions(LogicalName='new_part')";
  const values = (answer: TestAnswer): JsonObject[] => answer.json['value'] as JsonObject[];
  const WHOLE = solution(customizations(PART, RELATIONSHIP));

  it('given a new table, then rows go into its columns, its lookup and its key work, and its changes are tracked', async () => {
    expect([(await importing(WHOLE)).status, (await importing(WHOLE)).status]).toEqual([204, 204]);
    const account = await env.dataverse.post('/accounts', { name: 'A' });
    const made = await env.dataverse.post('/new_parts', {
      new_name: 'P',
      new_code: 'X',
      new_weight: 1.2345,
      new_done: true,
      new_day: '2026-01-31',
      'new_Of@odata.bind': account.headers.get('OData-EntityId') ?? '',
    });
    expect(made.status).toBe(204);
    await eventually(
      async () => values(await env.dataverse.get(`${PATH}/Keys`))[0]?.['EntityKeyIndexStatus'] === 'Active',
    );
    const read = await env.dataverse.get("/new_parts(new_code='X')?$expand=new_Of($select=name)");
    expect(read.json).toMatchObject({
      new_name: 'P',
      new_done: true,
      new_day: '2026-01-31',
      new_Of: { name: 'A' },
    });
    expect(read.text).toContain('"new_weight":1.235');
    const tracked = await env.dataverse.get('/new_parts', { prefer: 'odata.track-changes' });
    expect(tracked.json['@odata.deltaLink']).toBeDefined();
    const solutions = await env.dataverse.get("/solutions?$filter=uniquename eq 'Parts'&$expand=publisherid");
    expect(values(solutions)).toMatchObject([
      { version: '1.2.0.0', publisherid: { uniquename: 'Somebody', customizationprefix: 'new' } },
    ]);
  });

  it('given a table that is there, then it gets what it lacks, and keeps what it has', async () => {
    const additions = entity('Account', [
      attribute('new_Rank', 'int'),
      attribute('Name', 'nvarchar', '<MaxLength>3</MaxLength>'),
    ]);
    const file = solution(customizations(additions, ''), manifest(['account']));
    expect((await importing(file)).status).toBe(204);
    const row = await env.dataverse.post('/accounts', { name: 'longer than three', new_rank: 7 });
    expect(row.status).toBe(204);
  });

  const without = (text: string, part: string): string => text.replace(part, '');
  const wrong = (inner: string, outer?: string): string => solution(inner, outer);
  it.each([
    ['no zip', Buffer.from('hello').toString('base64'), 'no zip'],
    [
      'a file that is missing',
      zip({ 'solution.xml': manifest([]) }),
      'lacks [Content_Types].xml, customizations.xml',
    ],
    ['no XML', wrong('<a>'), 'customizations.xml: <a> has no end'],
    ['a table that is no root', wrong(customizations(PART, ''), manifest([])), 'no root component'],
    [
      'a root without a table',
      wrong(customizations('', ''), manifest(['new_part'])),
      'lacks the root component',
    ],
    ['a lookup without a relationship', wrong(customizations(PART, '')), 'new_of has no relationship'],
    [
      'a relationship without a referencing role',
      wrong(customizations(PART, RELATIONSHIP.replace('>1<', '>2<'))),
      'NavPaneDisplayOption attribute is required',
    ],
    [
      'a relationship with a table that is not there',
      wrong(customizations(PART, RELATIONSHIP.replace('>Account<', '>new_None<'))),
      "'new_none', which is not there",
    ],
    [
      'no name column',
      wrong(customizations(without(PART, 'PrimaryName|'), RELATIONSHIP)),
      'PrimaryName attribute',
    ],
    [
      'a text without a length',
      wrong(customizations(without(PART, '<MaxLength>10</MaxLength>'), RELATIONSHIP)),
      'must have a max length',
    ],
    [
      'a key of a column that is not there',
      wrong(customizations(PART.replace('AttributeName>new_code', 'AttributeName>new_none'), RELATIONSHIP)),
      'names a column that',
    ],
  ])('given %s, then it is refused, and nothing of it is there', async (_, file, words) => {
    const answer = await importing(file);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(words)]);
    expect((await env.dataverse.get(PATH)).status).toBe(404);
    expect(values(await env.dataverse.get("/solutions?$filter=uniquename eq 'Parts'"))).toEqual([]);
  });

  it('given a managed solution, or parts that it has no room for, then it says so', async () => {
    const roles = '<ImportExportXml><Entities /><Roles><Role /></Roles></ImportExportXml>';
    for (const file of [
      wrong(customizations(PART, ''), manifest(['new_part'], 1)),
      wrong(roles, manifest([])),
    ])
      expect((await importing(file)).status).toBe(501);
  });

  it.each([
    ['no job', { ImportJobId: 'none' }],
    ['no flag', { PublishWorkflows: null }],
    ['no base64', { CustomizationFile: 'ä' }],
  ])('given %s, then the call is refused', async (_, more) => {
    expect((await importing(WHOLE, more)).status).toBe(400);
  });
});
