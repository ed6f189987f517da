import { sideSchemas } from '../test/side-schemas';
import { checkMapFile } from './check-map-file';
import { MAP_FILE_BYTES_MAX, parseMapFile } from './parse-map-file';

const HEAD = `apiVersion: dualwrite.io/v1
kind: TableMap
metadata: { name: customers }
spec:
  fo: { entity: CustomersV3 }
  dataverse: { table: account }
  company: { fo: dataAreaId, dataverse: msdyn_company }
  key: [{ fo: CustomerAccount, dataverse: accountnumber }]
  fields:
`;
const file = (...fields: string[]): string => HEAD + fields.map((field) => `    - ${field}\n`).join('');
const brief = ({
  findings,
}: {
  findings: readonly { code: string; field: string; line: number | null; column: number | null }[];
}): unknown[] => findings.map(({ code, field, line, column }) => [code, field, `${line}:${column}`]);

describe('a map file whose form is wrong', () => {
  it('given many faults, then all are named at once, each with line and column', () => {
    const text = `apiVersion: dualwrite.io/v2
kind: TableMap
metadata:
  name: Not A Name
spec:
  fo: { entity: CustomersV3 }
  key: []
  fields:
    - { fo: A, dataverse: b, direction: sideways }
    - { fo: A, datverse: b }
`;
    const { map, findings } = parseMapFile(text, 'x.yaml');
    expect(map).toBeUndefined();
    expect(brief({ findings })).toEqual(
      expect.arrayContaining([
        ['schema', 'apiVersion', '1:13'],
        ['schema', 'metadata.name', '4:9'],
        ['schema', 'spec.dataverse', '6:3'],
        ['schema', 'spec.key', '7:8'],
        ['schema', 'spec.fields[0].direction', '9:41'],
        ['schema', 'spec.fields[1].datverse', '10:26'],
      ]),
    );
    expect(findings).toHaveLength(6);
    expect(findings.map((finding) => finding.message)).toEqual(
      expect.arrayContaining([
        'has to be "dualwrite.io/v1"',
        '"dataverse" is missing: add it',
        'has to be one of both, to-dataverse, to-fo',
        'there is no "datverse" here: remove it or mend its spelling',
      ]),
    );
  });

  it('given fields that contradict themselves, then each says how to mend it', () => {
    const text = file(
      '{ fo: CustomerAccount, dataverse: accountnumber }',
      '{ fo: customeraccount, dataverse: name }',
      '{ direction: both }',
      '{ dataverse: customertypecode }',
      '{ fo: SalesMemo, dataverse: description, default: x }',
    );
    expect(brief(parseMapFile(text, 'x.yaml'))).toEqual([
      ['duplicate-field', 'spec.fields[1]', '11:7'],
      ['field-without-column', 'spec.fields[2]', '12:7'],
      ['constant-without-default', 'spec.fields[3]', '13:7'],
      ['constant-direction', 'spec.fields[3]', '13:7'],
      ['default-both-ways', 'spec.fields[4].default', '14:57'],
    ]);
  });

  it.each([
    ['a tab', 'a:\n\t- b', '2:1'],
    ['a key twice', 'a: 1\na: 2', '2:1'],
    ['an open quote', 'a: "x', '1:6'],
  ])('given YAML with %s, then the place is named', (_, text, place) => {
    expect(brief(parseMapFile(text, 'x.yaml'))).toContainEqual(['yaml-syntax', '', place]);
  });

  it('given aliases that multiply, deep nesting, or a huge file, then it is refused before it is laid out', () => {
    const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\nd: [*c, *c, *c, *c, *c, *c, *c, *c]\n`;
    expect(brief(parseMapFile(bomb, 'x.yaml'))).toEqual([['yaml-syntax', '', '1:1']]);
    expect(brief(parseMapFile(`a: ${'['.repeat(200)}${']'.repeat(200)}`, 'x.yaml'))).toEqual([
      ['yaml-too-deep', '', '1:1'],
    ]);
    expect(brief(parseMapFile('#'.repeat(MAP_FILE_BYTES_MAX + 1), 'x.yaml'))).toEqual([
      ['file-too-large', '', '1:1'],
    ]);
  });

  it('given nothing at all, then it says what is missing', () => {
    expect(parseMapFile('', 'x.yaml').findings[0]).toMatchObject({ code: 'schema', severity: 'error' });
  });
});

describe('a map file that does not fit the sides', () => {
  it('given names that are not there, then each is named with the nearest one', async () => {
    const text = file(
      '{ fo: CustomrAccount, dataverse: accountnumber }',
      '{ fo: SalesMemo, dataverse: msdyn_customergroupid }',
      '{ fo: SalesMemo, dataverse: name.x, direction: to-dataverse }',
      '{ fo: PaymentTerms, dataverse: msdyn_paymentterm.nme }',
      '{ fo: PaymentDay, dataverse: a.b.c }',
    );
    const { map, findings } = checkMapFile(text, 'x.yaml', await sideSchemas());
    expect(map).toBeUndefined();
    expect(brief({ findings })).toEqual([
      ['unknown-column', 'spec.fields[0].fo', '10:13'],
      ['lookup-needs-path', 'spec.fields[1].dataverse', '11:35'],
      ['not-a-lookup', 'spec.fields[2].dataverse', '12:35'],
      ['unknown-lookup-key', 'spec.fields[3].dataverse', '13:38'],
      ['lookup-too-deep', 'spec.fields[4].dataverse', '14:36'],
      ['key-not-mapped', 'spec.fields', '10:5'],
    ]);
    expect(findings[0]?.message).toBe(
      'CustomersV3 has no column CustomrAccount: did you mean CustomerAccount?',
    );
  });

  it('given types, values and filters that do not go together, then all of it is said', async () => {
    const text = file(
      '{ fo: CustomerAccount, dataverse: accountnumber }',
      '{ fo: IsOneTimeCustomer, dataverse: msdyn_onetimecustomer }',
      '{ fo: CreditLimitIsMandatory, dataverse: msdyn_creditlimitismandatory, valueMap: { No: false, Yes: false, Maybe: true } }',
      '{ dataverse: customertypecode, direction: to-dataverse, default: customer }',
    )
      .replace('entity: CustomersV3', 'entity: CustomersV3, filter: "PartyType == \\"Robot\\""')
      .replace('table: account', 'table: account, filter: customertypecode eq');
    const { findings } = checkMapFile(text, 'x.yaml', await sideSchemas());
    expect(brief({ findings }).map((one) => (one as string[]).slice(0, 2))).toEqual([
      ['types-do-not-fit', 'spec.fields[1]'],
      ['value-map-ambiguous', 'spec.fields[2].valueMap.Yes'],
      ['value-map-value', 'spec.fields[2].valueMap.Maybe'],
      ['default-value', 'spec.fields[3].default'],
      ['filter-value', 'spec.fo.filter'],
      ['filter-syntax', 'spec.dataverse.filter'],
    ]);
  });

  it('given unknown tables, or rows of companies without a company, then it says so', async () => {
    const schemas = await sideSchemas();
    const unknown = checkMapFile(
      file('{ fo: A, dataverse: b }').replace('CustomersV3', 'CustomerV3').replace('account }', 'acount }'),
      'x.yaml',
      schemas,
    );
    expect(unknown.findings.map((finding) => finding.message)).toEqual([
      'there is no F&O entity CustomerV3: did you mean CustomersV3?',
      'there is no Dataverse table acount: did you mean account?',
    ]);
    const shared = checkMapFile(
      file('{ fo: CustomerAccount, dataverse: accountnumber }').replace(/ {2}company.*\n/, ''),
      'x.yaml',
      schemas,
    );
    expect(shared.findings.map((finding) => finding.code)).toEqual(['company-missing']);
  });
});

describe('a map file that fits', () => {
  it('given names in any letter case, then the resolved map has the sides\u2019 own spelling', async () => {
    const text = file(
      '{ fo: CUSTOMERACCOUNT, dataverse: AccountNumber }',
      '{ fo: CUSTOMERGROUPID, dataverse: MSDYN_CUSTOMERGROUPID.MSDYN_GROUPID }',
    )
      .replace('CustomersV3', 'customersv3')
      .replace('table: account', 'table: accounts');
    const { map, findings } = checkMapFile(text, 'x.yaml', await sideSchemas());
    expect(findings).toEqual([]);
    expect(map?.spec).toMatchObject({
      fo: { entity: 'CustomersV3' },
      dataverse: { table: 'account' },
      fields: [
        { fo: 'CustomerAccount', dataverse: 'accountnumber' },
        { fo: 'CustomerGroupId', dataverse: 'msdyn_customergroupid.msdyn_groupid' },
      ],
    });
  });

  it('given numbers of many digits, then the file\u2019s own text counts', () => {
    const { map } = parseMapFile(
      file('{ dataverse: creditlimit, direction: to-dataverse, default: 12345678901234567890.10 }'),
      'x.yaml',
    );
    expect(map?.spec.fields[0]?.default).toBe('12345678901234567890.10');
  });
});
