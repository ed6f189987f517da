import type { MapRecord } from '@dualwrite/events';
import { resolveMap, type TableMap } from '@dualwrite/maps';
import type { Column, LookupTarget, TableSchema } from '@dualwrite/schemas';

export const MAP = 'customers';

/** A small map with all that matters to the mapper: a company, a key, a value, and a lookup with a company of its own. */
const map: TableMap = {
  apiVersion: 'dualwrite.io/v1',
  kind: 'TableMap',
  metadata: { name: MAP },
  spec: {
    fo: { entity: 'CustomersV3' },
    dataverse: { table: 'account' },
    company: { fo: 'dataAreaId', dataverse: 'msdyn_company' },
    key: [{ fo: 'CustomerAccount', dataverse: 'accountnumber' }],
    policies: { conflict: 'fo-wins', firstMeeting: 'fo-wins', deleteVersusEdit: 'delete' },
    fields: [
      { fo: 'CustomerAccount', dataverse: 'accountnumber', direction: 'both' },
      { fo: 'OrganizationName', dataverse: 'name', direction: 'both' },
      { fo: 'CreditLimit', dataverse: 'creditlimit', direction: 'both' },
      { fo: 'CustomerGroupId', dataverse: 'msdyn_customergroupid.msdyn_groupid', direction: 'both' },
    ],
  },
};

/** The map that fills the table which customers look up. */
const groupsMap: TableMap = {
  ...map,
  metadata: { name: 'groups' },
  spec: {
    fo: { entity: 'CustomerGroups' },
    dataverse: { table: 'msdyn_customergroup' },
    company: { fo: 'dataAreaId', dataverse: 'msdyn_company' },
    key: [{ fo: 'CustomerGroupId', dataverse: 'msdyn_groupid' }],
    fields: [{ fo: 'CustomerGroupId', dataverse: 'msdyn_groupid', direction: 'both' }],
  },
};

export function customersRecord(
  changes: Partial<MapRecord> = {},
  spec: Partial<TableMap['spec']> = {},
): MapRecord {
  return recordOf({ ...map, spec: { ...map.spec, ...spec } }, changes);
}

export function groupsRecord(changes: Partial<MapRecord> = {}): MapRecord {
  return recordOf(groupsMap, changes);
}

function recordOf(of: TableMap, changes: Partial<MapRecord>): MapRecord {
  const { map: definition, findings } = resolveMap(of, {
    fo: [customers, groups],
    dataverse: [account, customerGroup, company],
  });
  if (!definition) throw new Error(`the test map does not resolve: ${JSON.stringify(findings)}`);
  return {
    name: of.metadata.name,
    version: 1,
    definition,
    desired: 'running',
    runEpoch: 1,
    baseline: 1,
    changedAt: '2026-01-01T00:00:00.000Z',
    ...changes,
  };
}

const customers = table('fo', 'CustomersV3', ['dataAreaId', 'CustomerAccount'], 'dataAreaId', [
  text('dataAreaId', 4),
  text('CustomerAccount', 20),
  text('OrganizationName', 160),
  { name: 'CreditLimit', type: 'decimal', nullable: true },
  text('CustomerGroupId', 20),
  text('ExternalReference', 60),
]);
const groups = table('fo', 'CustomerGroups', ['dataAreaId', 'CustomerGroupId'], 'dataAreaId', [
  text('dataAreaId', 4),
  text('CustomerGroupId', 20),
]);
const account = table('dataverse', 'account', ['accountid'], null, [
  { name: 'accountid', type: 'guid', nullable: false },
  text('accountnumber', 20),
  text('name', 160),
  { name: 'creditlimit', type: 'decimal', nullable: true, scale: 2 },
  lookup('msdyn_customergroupid', 'msdyn_customergroup'),
  lookup('msdyn_company', 'cdm_company'),
]);
const customerGroup = table('dataverse', 'msdyn_customergroup', ['msdyn_customergroupid'], null, [
  { name: 'msdyn_customergroupid', type: 'guid', nullable: false },
  text('msdyn_groupid', 20),
  lookup('msdyn_company', 'cdm_company'),
]);
const company = table('dataverse', 'cdm_company', ['cdm_companyid'], null, [
  { name: 'cdm_companyid', type: 'guid', nullable: false },
  text('cdm_companycode', 4),
]);

function table(
  side: TableSchema['side'],
  name: string,
  key: readonly string[],
  companyColumn: string | null,
  columns: readonly Column[],
): TableSchema {
  return {
    side,
    table: name,
    entitySet: side === 'fo' ? name : `${name}s`,
    entityType: name,
    key,
    columns: new Map(columns.map((column) => [column.name, column])),
    companyColumn,
  };
}

function text(name: string, maxLength: number): Column {
  return { name, type: 'string', nullable: true, maxLength };
}

function lookup(name: string, target: string): Column {
  const targets: LookupTarget[] = [{ table: target, entitySet: `${target}s`, navigationProperty: name }];
  return { name, type: 'lookup', nullable: true, targets };
}
