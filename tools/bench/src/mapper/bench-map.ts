import type { Cells, MapRecord, Observation, Side } from '@dualwrite/events';
import { resolveMap, type FieldSpec, type TableMap } from '@dualwrite/maps';
import type { Column, TableSchema } from '@dualwrite/schemas';

export const BENCH_MAP = 'bench-customers';
export const COMPANY_ID = '11111111-1111-4111-8111-111111111111';
export const GROUP_ID = '22222222-2222-4222-8222-222222222222';

/** Text fields of a customer by both sides' names, so that an observation has about 1 KB, as one of a real map has. */
const TEXTS: readonly (readonly [fo: string, dataverse: string, value: string])[] = [
  ['OrganizationName', 'name', 'Contoso Entertainment System AG'],
  ['AddressStreet', 'address1_line1', 'Hauptstrasse 1234'],
  ['AddressCity', 'address1_city', 'Obersiggenthal'],
  ['AddressZipCode', 'address1_postalcode', '5415'],
  ['AddressCountryRegionId', 'address1_country', 'CHE'],
  ['PrimaryContactPhone', 'telephone1', '+41 56 123 45 67'],
  ['PrimaryContactEmail', 'emailaddress1', 'office@contoso.example'],
  ['TaxExemptNumber', 'msdyn_taxexemptnumber', 'CHE-123.456.789'],
  ['DeliveryAddressStreet', 'address2_line1', 'Industriestrasse 17'],
  ['DeliveryAddressCity', 'address2_city', 'Untersiggenthal'],
  ['DeliveryAddressZipCode', 'address2_postalcode', '5417'],
  ['DeliveryAddressCountryRegionId', 'address2_country', 'CHE'],
  ['PrimaryContactFax', 'fax', '+41 56 123 45 68'],
  ['PrimaryContactURL', 'websiteurl', 'https://www.contoso.example'],
];

const FIELDS: readonly FieldSpec[] = [
  { fo: 'CustomerAccount', dataverse: 'accountnumber', direction: 'both' },
  { fo: 'CreditLimit', dataverse: 'creditlimit', direction: 'both' },
  { fo: 'CustomerGroupId', dataverse: 'msdyn_customergroupid.msdyn_groupid', direction: 'both' },
  ...TEXTS.map(([fo, dataverse]) => ({ fo, dataverse, direction: 'both' as const })),
];

export function benchMapRecord(changes: Pick<MapRecord, 'desired' | 'runEpoch'>): MapRecord {
  const map: TableMap = {
    apiVersion: 'dualwrite.io/v1',
    kind: 'TableMap',
    metadata: { name: BENCH_MAP },
    spec: {
      fo: { entity: 'CustomersV3' },
      dataverse: { table: 'account' },
      company: { fo: 'dataAreaId', dataverse: 'msdyn_company' },
      key: [{ fo: 'CustomerAccount', dataverse: 'accountnumber' }],
      fields: FIELDS,
    },
  };
  const { map: definition, findings } = resolveMap(map, {
    fo: [customers],
    dataverse: [account, group, company],
  });
  if (!definition) throw new Error(`the bench's map does not resolve: ${JSON.stringify(findings)}`);
  return {
    name: BENCH_MAP,
    version: 1,
    definition,
    baseline: 1,
    changedAt: new Date().toISOString(),
    ...changes,
  };
}

let revision = 0;

/** @param answers results that ride on the observation */
export function customerObservation(number: number, creditLimit: string): Observation {
  const account = accountNumber(number);
  const nativeId = `usmf|${account}`;
  return observation('fo', 'CustomersV3', nativeId, `${nativeId}#1.${number}`, {
    dataAreaId: 'usmf',
    CustomerAccount: account,
    CreditLimit: creditLimit,
    CustomerGroupId: '10',
    ...Object.fromEntries(TEXTS.map(([fo, , value]) => [fo, value])),
  });
}

export function accountObservation(
  number: number,
  creditLimit: string,
  answer?: { readonly pairId: string; readonly intent: number },
): Observation {
  const id = accountId(number);
  const seen = observation('dataverse', 'account', id, id, {
    accountid: id,
    accountnumber: accountNumber(number),
    creditlimit: creditLimit,
    msdyn_customergroupid: GROUP_ID,
    msdyn_company: COMPANY_ID,
    ...Object.fromEntries(TEXTS.map(([, dataverse, value]) => [dataverse, value])),
  });
  if (!answer) return seen;
  const { pairId, intent } = answer;
  return {
    ...seen,
    via: 'write',
    results: { [`${pairId}:${intent}`]: { outcome: 'applied' } },
    last: { [pairId]: intent },
  };
}

export function referenceObservations(): Observation[] {
  return [
    observation('dataverse', 'cdm_company', COMPANY_ID, COMPANY_ID, {
      cdm_companyid: COMPANY_ID,
      cdm_companycode: 'usmf',
    }),
    observation('dataverse', 'msdyn_customergroup', GROUP_ID, GROUP_ID, {
      msdyn_customergroupid: GROUP_ID,
      msdyn_groupid: '10',
      msdyn_company: COMPANY_ID,
    }),
  ];
}

export function accountNumber(number: number): string {
  return `C-${String(number).padStart(7, '0')}`;
}

function accountId(number: number): string {
  return `33333333-3333-4333-8333-${String(number).padStart(12, '0')}`;
}

function observation(side: Side, table: string, nativeId: string, rowId: string, cells: Cells): Observation {
  revision += 1;
  return {
    side,
    table,
    nativeId,
    revision: { epoch: 1, n: String(revision) },
    presence: 'present',
    row: { id: rowId, version: `W/"${revision}"`, cells },
    gone: [],
    origins: {},
    results: {},
    last: {},
    columnSet: '0123456789abcdef',
    via: 'feed',
    observedAt: new Date().toISOString(),
  };
}

const customers = table('fo', 'CustomersV3', ['dataAreaId', 'CustomerAccount'], 'dataAreaId', [
  text('dataAreaId'),
  text('CustomerAccount'),
  text('CustomerGroupId'),
  { name: 'CreditLimit', type: 'decimal', nullable: true },
  ...TEXTS.map(([fo]) => text(fo)),
]);
const account = table('dataverse', 'account', ['accountid'], null, [
  { name: 'accountid', type: 'guid', nullable: false },
  text('accountnumber'),
  { name: 'creditlimit', type: 'decimal', nullable: true },
  lookup('msdyn_customergroupid', 'msdyn_customergroup'),
  lookup('msdyn_company', 'cdm_company'),
  ...TEXTS.map(([, dataverse]) => text(dataverse)),
]);
const group = table('dataverse', 'msdyn_customergroup', ['msdyn_customergroupid'], null, [
  { name: 'msdyn_customergroupid', type: 'guid', nullable: false },
  text('msdyn_groupid'),
  lookup('msdyn_company', 'cdm_company'),
]);
const company = table('dataverse', 'cdm_company', ['cdm_companyid'], null, [
  { name: 'cdm_companyid', type: 'guid', nullable: false },
  text('cdm_companycode'),
]);

function table(
  side: Side,
  name: string,
  key: readonly string[],
  companyColumn: string | null,
  columns: readonly Column[],
): TableSchema {
  const byName = new Map(columns.map((column) => [column.name, column]));
  return { side, table: name, entitySet: name, entityType: name, key, columns: byName, companyColumn };
}

function text(name: string): Column {
  return { name, type: 'string', nullable: true, maxLength: 160 };
}

function lookup(name: string, target: string): Column {
  const targets = [{ table: target, entitySet: `${target}s`, navigationProperty: name }];
  return { name, type: 'lookup', nullable: true, targets };
}
