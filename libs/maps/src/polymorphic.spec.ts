import type { Cells } from '@dualwrite/events';
import { knownReferences } from '../test/known-references';
import { aMap } from '../test/standard-map';
import { sideSchemas } from '../test/side-schemas';
import { compileMap } from './compile-map';
import type { CompiledField } from './compile-field';
import type { CompiledMap } from './compiled-map';
import { parseDataversePath } from './lookup-path';
import { resolveMap } from './resolve-map';

const USMF = 'aaaaaaaa-0000-4000-8000-000000000001';
const COMPANY = 'bbbbbbbb-0000-4000-8000-000000000001';
const PERSON = 'cccccccc-0000-4000-8000-000000000001';
const PATH = 'ParentCustomerId.Account(AccountNumber).Contact(msdyn_contactpersonid)';

const references = knownReferences([
  { table: 'cdm_company', id: USMF, cells: { cdm_companycode: 'USMF' } },
  { table: 'account', id: COMPANY, cells: { accountnumber: 'C-1', msdyn_company: USMF }, company: 'usmf' },
  {
    table: 'contact',
    id: PERSON,
    cells: { msdyn_contactpersonid: 'P-1', msdyn_company: USMF },
    company: 'usmf',
  },
]);
const foRow: Cells = { dataAreaId: 'usmf', CustomerAccount: 'P-9', InvoiceAccount: 'P-1' };
const contactRow: Cells = { msdyn_company: USMF, msdyn_contactpersonid: 'P-9' };

async function persons(dataverse = PATH): Promise<CompiledMap> {
  const definition = aMap({
    dataverse: { table: 'contact' },
    key: [{ fo: 'CustomerAccount', dataverse: 'msdyn_contactpersonid' }],
    fields: [
      { fo: 'CustomerAccount', dataverse: 'msdyn_contactpersonid' },
      { fo: 'InvoiceAccount', dataverse },
    ],
  });
  const { map, findings } = resolveMap(definition, await sideSchemas());
  if (map === undefined) throw new Error(JSON.stringify(findings));
  return compileMap(JSON.parse(JSON.stringify(map)), 1);
}

const parentOf = (map: CompiledMap): CompiledField =>
  map.fields.find(({ column }) => column.dataverse === 'parentcustomerid') as CompiledField;

describe('a lookup that may point at several tables', () => {
  it('given a key, then the first table that knows it has it, and the cell names the table', async () => {
    const parent = parentOf(await persons());
    expect(parent.name).toBe(
      'InvoiceAccount=parentcustomerid.account(accountnumber).contact(msdyn_contactpersonid)',
    );
    const to = (value: string) => parent.convert('dataverse', value, foRow, references);
    expect(to('C-1')).toEqual({ kind: 'value', value: `account/${COMPANY}` });
    expect(to('P-1')).toEqual({ kind: 'value', value: `contact/${PERSON}` });
  });

  it('given a key that no table knows, then it waits for a row in any of them', async () => {
    const parent = parentOf(await persons());
    const wanted = { side: 'dataverse', value: 'X-1', company: 'usmf' };
    expect(parent.convert('dataverse', 'X-1', foRow, references)).toEqual({
      kind: 'wait',
      wanted: { ...wanted, table: 'account', column: 'accountnumber' },
      alternatives: [{ ...wanted, table: 'contact', column: 'msdyn_contactpersonid' }],
    });
  });

  it('given a cell, then its table says by which key F&O knows the row; a table not followed is refused', async () => {
    const parent = parentOf(await persons());
    const from = (cell: string | null) => parent.convert('fo', cell, contactRow, references);
    expect(from(`account/${COMPANY}`)).toEqual({ kind: 'value', value: 'C-1' });
    expect(from(`contact/${PERSON.toUpperCase()}`)).toEqual({ kind: 'value', value: 'P-1' });
    expect(from(null)).toEqual({ kind: 'value', value: null });
    expect(from(`lead/${PERSON}`)).toMatchObject({ kind: 'refused', code: 'lookup-of-another-table' });
    expect(from(`account/${PERSON}`)).toMatchObject({
      kind: 'wait',
      wanted: { table: 'account', value: PERSON },
    });
  });

  it('given rows, then planning asks for the key in every table, and for the row in its own', async () => {
    const map = await persons();
    const tablesOf = (side: 'fo' | 'dataverse', cells: Cells) =>
      map.referencesNeeded(side, cells).map(({ kind, table }) => `${kind} ${table}`);
    expect(tablesOf('fo', foRow)).toEqual(['id cdm_company', 'id account', 'id contact']);
    expect(new Set(tablesOf('dataverse', { ...contactRow, parentcustomerid: `contact/${PERSON}` }))).toEqual(
      new Set(['value cdm_company', 'value contact']),
    );
    expect(map.dependsOn).toEqual(['account', 'cdm_company']);
    expect(parentOf(map).deferrable).toBe(true);
  });

  it('given one table alone, then cells name it all the same', async () => {
    const parent = parentOf(await persons('parentcustomerid.accountnumber'));
    expect(parent.convert('dataverse', 'C-1', foRow, references)).toEqual({
      kind: 'value',
      value: `account/${COMPANY}`,
    });
    expect(parent.convert('fo', `contact/${PERSON}`, contactRow, references)).toMatchObject({
      kind: 'refused',
    });
  });

  it('given a table that it cannot point at, or a key that is not there, then the map says so', async () => {
    const findingsOf = async (dataverse: string) =>
      resolveMap(
        aMap({
          dataverse: { table: 'contact' },
          key: [{ fo: 'CustomerAccount', dataverse: 'msdyn_contactpersonid' }],
          fields: [{ fo: 'InvoiceAccount', dataverse }],
        }),
        await sideSchemas(),
      ).findings.filter(({ severity }) => severity === 'error');
    expect(await findingsOf('parentcustomerid.msdyn_vendor(msdyn_vendoraccountnumber)')).toMatchObject([
      { code: 'unknown-lookup-key' },
    ]);
    expect(await findingsOf('parentcustomerid.account(nosuchkey).contact(alike)')).toMatchObject([
      { code: 'unknown-lookup-key' },
      { code: 'unknown-lookup-key' },
    ]);
    expect(await findingsOf('parentcustomerid.account.name')).toMatchObject([{ code: 'lookup-too-deep' }]);
  });
});

describe('parseDataversePath', () => {
  it.each([
    ['name', { kind: 'column', column: 'name' }],
    ['group.code', { kind: 'lookup', column: 'group', steps: [{ table: null, key: 'code' }] }],
    ['a.b.c', { kind: 'too-deep', column: 'a' }],
    ['a.t(k)', { kind: 'lookup', column: 'a', steps: [{ table: 't', key: 'k' }] }],
    ['a.t(k).c', { kind: 'too-deep', column: 'a' }],
  ])('reads %s', (text, path) => {
    expect(parseDataversePath(text)).toEqual(path);
  });
});
