import type { DataverseColumnFile, DataverseSchemaFile } from '../../edm/schema-file';
import { isObject, type JsonObject } from '../../json/exact-json';
import { notServed } from '../dataverse-errors';
import { columnFileOf, customName, invalid, labelText, type GlobalOptions } from './attribute-file';

/** An EntityMetadata as the description of a table; it needs its primary name column. */
export function tableFileOf(body: JsonObject, globalOptions: GlobalOptions): DataverseSchemaFile {
  const schemaName = customName(body);
  const logicalName = schemaName.toLowerCase();
  if (body['TableType'] === 'Elastic') notServed('elastic tables');
  const attributes = Array.isArray(body['Attributes']) ? body['Attributes'].filter(isObject) : [];
  const primary = attributes.find((one) => one['IsPrimaryName'] === true);
  if (!primary) return invalid(`The table '${schemaName}' has no attribute with IsPrimaryName.`);
  const columns = attributes.map((one) => columnFileOf(one, globalOptions));
  const owner: DataverseColumnFile[] =
    body['OwnershipType'] === 'OrganizationOwned'
      ? [{ name: 'organizationid', type: 'lookup', targets: ['organization'], readOnly: true }]
      : [];
  return {
    logicalName,
    schemaName,
    entitySetName: typeof body['EntitySetName'] === 'string' ? body['EntitySetName'] : plural(logicalName),
    primaryId: `${logicalName}id`,
    primaryName: String(primary['SchemaName']).toLowerCase(),
    displayName: labelText(body['DisplayName']) ?? schemaName,
    columns: columns.flatMap(withCompanions).concat(owner),
    alternateKeys: [],
    relationships: [],
    changeTracking: body['ChangeTrackingEnabled'] === true,
    optimisticConcurrency: true,
  };
}

/** An amount comes with the same amount in base currency. */
export function withCompanions(column: DataverseColumnFile): DataverseColumnFile[] {
  if (column.type !== 'money') return [column];
  return [
    column,
    {
      name: `${column.name}_base`,
      type: 'money',
      baseOf: column.name,
      readOnly: true,
      ...(column.precision === undefined ? {} : { precision: column.precision }),
    },
  ];
}

/** Tables with amounts know their currency. */
export function withCurrency(file: DataverseSchemaFile): DataverseSchemaFile {
  const has = (name: string): boolean => file.columns.some((column) => column.name === name);
  if (!file.columns.some(({ type }) => type === 'money') || has('transactioncurrencyid')) return file;
  const currency: DataverseColumnFile = {
    name: 'transactioncurrencyid',
    type: 'lookup',
    targets: ['transactioncurrency'],
  };
  return { ...file, columns: [...file.columns, currency] };
}

function plural(name: string): string {
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`;
}
