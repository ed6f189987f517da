import { readContext, readFoSave } from './asked-save';

const ID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const typed = (type: string) =>
  `"__type":"${type}:http:\\/\\/schemas.microsoft.com\\/xrm\\/2011\\/Contracts"`;

/** As Dataverse posts it. */
function aContext(attributes: string, message = 'Update'): Uint8Array {
  return bytes(`{ "MessageName": "${message}", "PrimaryEntityName": "account", "PrimaryEntityId": "${ID.toUpperCase()}",
    "InputParameters": [ { "key": "Target", "value": { ${typed('Entity')}, "LogicalName": "account", "Id": "${ID}",
      "Attributes": [ ${attributes} ] } } ] }`);
}
const pair = (key: string, value: string) => `{ "key": "${key}", "value": ${value} }`;

function fieldsOf(body: Uint8Array): Record<string, string> {
  const save = readContext(body);
  if (typeof save === 'string') throw new Error(save);
  return Object.fromEntries(
    Object.entries(save.fields).map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && 'table' in value ? JSON.stringify(value) : String(value),
    ]),
  );
}

describe('readContext', () => {
  it('given an update, then it says which row, and what changes in the form of OData', () => {
    const body = aContext(
      [
        pair('name', '"Nordwind"'),
        pair('creditlimit', `{ ${typed('Money')}, "Value": 922337203685477.5807 }`),
        pair('customertypecode', `{ ${typed('OptionSetValue')}, "Value": 3 }`),
        pair('msdyn_company', `{ ${typed('EntityReference')}, "Id": "${ID}", "LogicalName": "cdm_company" }`),
        pair('opened', '"\\/Date(1767225600000-0700)\\/"'),
        pair('fax', 'null'),
        pair('days', `[ { ${typed('OptionSetValue')}, "Value": 1 }, { "Value": 2 } ]`),
      ].join(),
    );
    expect(readContext(body)).toMatchObject({ side: 'dataverse', table: 'account', row: ID });
    expect(fieldsOf(body)).toEqual({
      name: 'Nordwind',
      // More digits than a JavaScript number holds.
      creditlimit: '922337203685477.5807',
      customertypecode: '3',
      msdyn_company: `{"table":"cdm_company","id":"${ID}"}`,
      opened: '2026-01-01T00:00:00.000Z',
      fax: 'null',
      days: '1,2',
    });
  });

  it('given a pre-image, then it says what the row holds until then', () => {
    const text = new TextDecoder().decode(aContext(pair('name', '"Nordwind"')));
    const image = `{ "key": "before", "value": { ${typed('Entity')}, "Attributes": [ ${pair('name', '"Sudwind"')} ] } }`;
    const body = bytes(
      text.replace('"InputParameters"', `"PreEntityImages": [ ${image} ], "InputParameters"`),
    );
    expect(readContext(body)).toMatchObject({ fields: { name: 'Nordwind' }, before: { name: 'Sudwind' } });
    expect(readContext(bytes(text))).toMatchObject({ before: {} });
  });

  it('given a new row with a post image, then it has what the image shows, and what was given', () => {
    const text = new TextDecoder().decode(aContext(pair('name', '"Nordwind"'), 'Create')).trimEnd();
    const image = `[ { "key": "post", "value": { "Attributes": [ ${pair('name', '"old"')}, ${pair('statecode', '0')} ] } } ]`;
    const body = bytes(`${text.slice(0, -1)}, "PostEntityImages": ${image} }`);
    expect(readContext(body)).toMatchObject({ kind: 'create', side: 'dataverse', table: 'account', row: ID });
    expect(fieldsOf(body)).toEqual({ name: 'Nordwind', statecode: '0' });
  });

  it('given a delete, then it says which row', () => {
    expect(readContext(aContext('', 'Delete'))).toEqual({
      kind: 'delete',
      side: 'dataverse',
      table: 'account',
      row: ID,
      fields: {},
      before: {},
    });
  });

  it.each([
    ['is no JSON', bytes('{'), 'not-json'],
    ['is not even text', new Uint8Array([0xff, 0xfe]), 'not-json'],
    ['is a list', bytes('[]'), 'not-a-save'],
    [
      'names a table that is none',
      bytes(`{"MessageName":"Update","PrimaryEntityName":"a'b","PrimaryEntityId":"x"}`),
      'not-a-save',
    ],
    ['is of another message', aContext('', 'Assign'), 'not-asked-about'],
    [
      'comes before the new row has an id',
      bytes(
        '{"MessageName":"Create","PrimaryEntityName":"account","PrimaryEntityId":"00000000-0000-0000-0000-000000000000"}',
      ),
      'without-id',
    ],
    [
      'came without its rows, being too large',
      bytes(`{"MessageName":"Update","PrimaryEntityName":"account","PrimaryEntityId":"${ID}"}`),
      'without-values',
    ],
  ])('given a body that %s, then it says so', (_, body, expected) => {
    expect(readContext(body)).toBe(expected);
  });

  it('given a date that no calendar has, then its value is none', () => {
    expect(fieldsOf(aContext(pair('opened', '"\\/Date(9999999999999999)\\/"')))).toEqual({
      opened: 'undefined',
    });
  });
});

describe('readFoSave', () => {
  it('given an entity, a row and fields, then numbers keep their digits', () => {
    const save = readFoSave(
      bytes('{"entity":"CustomersV3","row":"usmf/US-001","fields":{"CreditLimit":0.10000000000000000001}}'),
    );
    expect(save).toMatchObject({ side: 'fo', table: 'CustomersV3', row: 'usmf/US-001' });
    expect(typeof save === 'string' ? save : String(save.fields['CreditLimit'])).toBe(
      '0.10000000000000000001',
    );
  });

  it.each([
    ['{"entity":"CustomersV3","fields":{}}', 'not-a-save'],
    ['{"entity":"CustomersV3","row":"usmf/1"}', 'without-values'],
  ])('given %s, then it says what is missing', (text, expected) => {
    expect(readFoSave(bytes(text))).toBe(expected);
  });
});
