import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Cells } from '@dualwrite/events';
import { knownReferences, type KnownRow } from '../test/known-references';
import { sideSchemas } from '../test/side-schemas';
import { checkMapFile } from './check-map-file';
import type { CompiledField } from './compile-field';
import { compileMap, MapNotResolved, type CompileOptions } from './compile-map';
import type { CompiledMap } from './compiled-map';

const USMF = 'aaaaaaaa-0000-4000-8000-000000000001';
const DEMF = 'aaaaaaaa-0000-4000-8000-000000000002';
const GROUP = 'bbbbbbbb-0000-4000-8000-000000000001';
const GROUP_DEMF = 'bbbbbbbb-0000-4000-8000-000000000002';
const USD = 'cccccccc-0000-4000-8000-000000000001';
const BILLED = 'dddddddd-0000-4000-8000-000000000001';

const companies: KnownRow[] = [
  { table: 'cdm_company', id: USMF, cells: { cdm_companycode: 'USMF' } },
  { table: 'cdm_company', id: DEMF, cells: { cdm_companycode: 'DEMF' } },
];
const references = knownReferences([
  ...companies,
  {
    table: 'msdyn_customergroup',
    id: GROUP_DEMF,
    cells: { msdyn_groupid: '30', msdyn_company: DEMF },
    company: 'demf',
  },
  {
    table: 'msdyn_customergroup',
    id: GROUP,
    cells: { msdyn_groupid: '30', msdyn_company: USMF },
    company: 'usmf',
  },
  { table: 'transactioncurrency', id: USD, cells: { isocurrencycode: 'USD' } },
]);
const nothingKnown = knownReferences([]);

async function standard(name: string, options?: CompileOptions): Promise<CompiledMap> {
  const text = readFileSync(path.join(__dirname, '../standard', `${name}.yaml`), 'utf8');
  const { map } = checkMapFile(text, name, await sideSchemas());
  return compileMap(JSON.parse(JSON.stringify(map)), 3, options);
}

const field = (map: CompiledMap, fo: string): CompiledField => {
  const found = map.fields.find((one) => one.column.fo === fo);
  if (found === undefined) throw new Error(`no field ${fo}`);
  return found;
};

describe('the customer map', () => {
  let customers: CompiledMap;
  beforeAll(async () => {
    customers = await standard('customersv3-accounts');
  });
  const foRow: Cells = {
    dataAreaId: 'usmf',
    CustomerAccount: 'us-001',
    CustomerGroupId: '30',
    PartyType: 'Organization',
  };
  const accountRow: Cells = {
    msdyn_company: USMF,
    accountnumber: 'US-001',
    msdyn_customergroupid: GROUP,
    customertypecode: 3,
  };

  it('given the same customer on both sides, then both have one business key', () => {
    const key = { kind: 'key', key: 'usmf/US-001' };
    expect(customers.keyOf('fo', foRow, references)).toEqual(key);
    expect(customers.keyOf('dataverse', accountRow, references)).toEqual(key);
  });

  it.each([
    ['fo', { ...foRow, CustomerAccount: null }, 'CustomerAccount is empty'],
    ['fo', { ...foRow, dataAreaId: null }, 'dataAreaId is empty'],
    ['dataverse', { ...accountRow, msdyn_company: null }, 'msdyn_company is empty'],
    ['dataverse', { ...accountRow, accountnumber: null }, 'accountnumber is empty'],
  ] as const)('given a row of %s without a part of its key, then it has none: %j', (side, cells, reason) => {
    expect(customers.keyOf(side, cells, references)).toEqual({ kind: 'none', reason });
  });

  it('given a company that is not known yet, then the key waits for it', () => {
    expect(customers.keyOf('dataverse', accountRow, nothingKnown)).toEqual({
      kind: 'wait',
      wanted: {
        side: 'dataverse',
        table: 'cdm_company',
        column: 'cdm_companyid',
        value: USMF,
        company: null,
      },
    });
  });

  it('given a key with the separator in it, then it is told from a key of two parts', () => {
    expect(customers.keyOf('fo', { ...foRow, CustomerAccount: 'a/b\\c ' }, references)).toEqual({
      kind: 'key',
      key: 'usmf/A\\/B\\\\C',
    });
  });

  it('given rows in and out of the filters, then only the former are in scope', () => {
    expect(customers.inScope('fo', foRow)).toBe(true);
    expect(customers.inScope('fo', { ...foRow, PartyType: 'Person' })).toBe(false);
    expect(customers.inScope('dataverse', accountRow)).toBe(true);
    expect(customers.inScope('dataverse', { ...accountRow, customertypecode: 11 })).toBe(false);
    expect(customers.inScope('dataverse', { ...accountRow, customertypecode: null })).toBe(false);
  });

  it('given a group that two companies have, then the one of the row\u2019s own company is taken', () => {
    const group = field(customers, 'CustomerGroupId');
    expect(group.convert('dataverse', '30', foRow, references)).toEqual({ kind: 'value', value: GROUP });
    expect(group.convert('dataverse', '30', { ...foRow, dataAreaId: 'DEMF' }, references)).toEqual({
      kind: 'value',
      value: GROUP_DEMF,
    });
    expect(group.convert('fo', GROUP, accountRow, references)).toEqual({ kind: 'value', value: '30' });
    expect(group.convert('fo', GROUP_DEMF, accountRow, references)).toMatchObject({
      kind: 'refused',
      code: 'lookup-of-another-company',
    });
  });

  it('given a lookup target that is not there yet, then the value waits for it, on either way', () => {
    const group = field(customers, 'CustomerGroupId');
    expect(group.convert('dataverse', '99', foRow, references)).toEqual({
      kind: 'wait',
      wanted: {
        side: 'dataverse',
        table: 'msdyn_customergroup',
        column: 'msdyn_groupid',
        value: '99',
        company: 'usmf',
      },
    });
    expect(group.convert('fo', BILLED, accountRow, references)).toEqual({
      kind: 'wait',
      wanted: {
        side: 'dataverse',
        table: 'msdyn_customergroup',
        column: 'msdyn_customergroupid',
        value: BILLED,
        company: null,
      },
    });
  });

  it('given a shared lookup target, then no company is asked for', () => {
    const currency = field(customers, 'SalesCurrencyCode');
    expect(currency.convert('dataverse', 'USD', foRow, references)).toEqual({ kind: 'value', value: USD });
    expect(currency.convert('fo', null, accountRow, references)).toEqual({ kind: 'value', value: null });
  });

  it('given the reference to its own table, then it may travel after the row, and no other one may', () => {
    expect(customers.fields.filter((one) => one.deferrable).map((one) => one.name)).toEqual([
      'InvoiceAccount=msdyn_billingaccount.accountnumber',
    ]);
  });

  it('given tables that point back at it, then those references may travel after the row, too', async () => {
    const follows = new Set(['contact']);
    const inCircle = await standard('customersv3-accounts', { follows });
    expect(inCircle.fields.filter((one) => one.deferrable).map((one) => one.column.dataverse)).toEqual([
      'msdyn_billingaccount',
      'primarycontactid',
    ]);
    expect(inCircle.follows).toEqual(['contact']);
  });

  it('given the company, then it is given when a row is made and never changed', () => {
    const company = field(customers, 'dataAreaId');
    expect(company.createOnly).toBe(true);
    expect(company.convert('dataverse', 'usmf', foRow, references)).toEqual({ kind: 'value', value: USMF });
    expect(company.convert('fo', USMF, accountRow, references)).toEqual({ kind: 'value', value: 'usmf' });
  });

  it('given value maps, then symbols are found in any letter case, empty stays empty, and others are refused', () => {
    const hold = field(customers, 'OnHoldStatus');
    expect(hold.convert('dataverse', 'no', foRow, references)).toEqual({ kind: 'value', value: 806380000 });
    expect(hold.convert('dataverse', 'NEVER', foRow, references)).toEqual({
      kind: 'value',
      value: 806380005,
    });
    expect(hold.convert('fo', 806380003, accountRow, references)).toEqual({
      kind: 'value',
      value: 'Payment',
    });
    expect(hold.convert('fo', null, accountRow, references)).toEqual({ kind: 'value', value: null });
    expect(hold.convert('fo', 806380099, accountRow, references)).toEqual({
      kind: 'refused',
      code: 'value-not-in-map',
      text: '806380099 is not in the value map of OnHoldStatus=msdyn_onholdstatus in map customersv3-accounts',
    });
    expect(field(customers, 'CreditLimitIsMandatory').convert('dataverse', 'Yes', foRow, references)).toEqual(
      { kind: 'value', value: true },
    );
  });

  it('given constants, then they are written in the type of their column', () => {
    const constant = customers.fields.find((one) => one.column.dataverse === 'customertypecode');
    expect(constant?.convert('dataverse', null, foRow, references)).toEqual({ kind: 'value', value: 3 });
    expect(field(customers, 'PartyType').convert('fo', null, accountRow, references)).toEqual({
      kind: 'value',
      value: 'Organization',
    });
    expect(field(customers, 'LanguageId').convert('fo', null, accountRow, references)).toEqual({
      kind: 'value',
      value: 'en-us',
    });
  });

  it('given a credit limit of many digits, then it is rounded to what the target keeps, halves up', () => {
    const limit = field(customers, 'CreditLimit');
    expect(limit.convert('dataverse', '123456789012.34565', foRow, references)).toEqual({
      kind: 'value',
      value: '123456789012.3457',
    });
    expect(limit.convert('fo', '123456789012.3457', accountRow, references)).toEqual({
      kind: 'value',
      value: '123456789012.3457',
    });
    expect(limit.convert('fo', null, accountRow, references)).toEqual({ kind: 'value', value: null });
    expect(
      field(customers, 'InvoiceAddressLatitude').convert('dataverse', '47.1234567', foRow, references),
    ).toEqual({ kind: 'value', value: '47.12346' });
  });

  it('given a text that is too long, then it is refused with both lengths', () => {
    expect(
      field(customers, 'OrganizationName').convert('dataverse', 'x'.repeat(161), foRow, references),
    ).toEqual({
      kind: 'refused',
      code: 'text-too-long',
      text: 'name holds 160 characters, the value has 161',
    });
  });

  it('given a row, then everything is named that planning it may ask for', () => {
    expect(customers.referencesNeeded('fo', foRow)).toEqual([
      { kind: 'id', table: 'cdm_company', column: 'cdm_companycode', value: 'usmf', company: null },
      { kind: 'id', table: 'msdyn_customergroup', column: 'msdyn_groupid', value: '30', company: 'usmf' },
    ]);
    expect(customers.referencesNeeded('dataverse', accountRow)).toEqual([
      { kind: 'value', table: 'cdm_company', column: 'cdm_companycode', nativeId: USMF },
      { kind: 'value', table: 'msdyn_customergroup', column: 'msdyn_groupid', nativeId: GROUP },
      { kind: 'value', table: 'msdyn_customergroup', column: 'msdyn_company', nativeId: GROUP },
    ]);
  });

  it('given a new row, then its id follows from the source alone, and its F&O key from the patch', () => {
    const id = customers.newRowId('dataverse', 'usmf|US-001#1.7');
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(customers.newRowId('dataverse', 'usmf|US-001#1.7')).toBe(id);
    expect(customers.newRowId('dataverse', 'usmf|US-001#1.8')).not.toBe(id);
    expect(customers.newRowId('fo', 'x')).toBeNull();
    expect(customers.newNativeId('dataverse', id, {})).toBe(id);
    expect(customers.newNativeId('fo', null, { dataAreaId: 'usmf', CustomerAccount: 'US|1' })).toBe(
      'usmf|US\\|1',
    );
    expect(customers.newNativeId('fo', null, { dataAreaId: 'usmf' })).toBeNull();
  });

  it('given the map, then its column sets hold keys, company, fields and filter columns', () => {
    expect(customers.columns('fo')).toEqual(
      expect.arrayContaining(['dataAreaId', 'CustomerAccount', 'PartyType', 'CreditLimit']),
    );
    expect(customers.columns('dataverse')).toEqual(
      expect.arrayContaining(['accountid', 'msdyn_company', 'customertypecode', 'primarycontactid']),
    );
    expect(customers.dependsOn).toEqual([
      'cdm_company',
      'contact',
      'msdyn_customergroup',
      'msdyn_customerpaymentmethod',
      'msdyn_paymentday',
      'msdyn_paymentschedule',
      'msdyn_paymentterm',
      'msdyn_vendor',
      'transactioncurrency',
    ]);
  });
});

describe('the legal entity map', () => {
  it('given its one direction, then nothing is made or deleted in F&O, and its rows are shared', async () => {
    const map = await standard('legalentities-cdm_companies');
    expect(map).toMatchObject({
      companyScoped: false,
      creates: { fo: false, dataverse: true },
      deletes: { fo: 'park', dataverse: 'park' },
      version: 3,
    });
    expect(map.keyOf('fo', { LegalEntityId: 'usmf' }, nothingKnown)).toEqual({ kind: 'key', key: 'USMF' });
    expect(map.keyOf('dataverse', { cdm_companycode: 'USMF' }, nothingKnown)).toEqual({
      kind: 'key',
      key: 'USMF',
    });
    expect(map.lookups).toEqual([]);
  });
});

describe('compileMap', () => {
  it.each([[null], ['x'], [{}], [{ resolved: { form: 2 } }]])(
    'given %j, then it says that the definition was not resolved',
    (definition) => {
      expect(() => compileMap(definition, 1)).toThrow(MapNotResolved);
    },
  );
});
