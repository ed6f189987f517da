import type { UniqueShape } from '../store/table-shape';
import type { Column, Kind, Table } from './column';
import type { DataverseColumnFile, DataverseKeyFile, DataverseSchemaFile } from './schema-file';
import { SchemaError } from './schema-file';
import { standardRelationship } from './standard-relationships';

export interface DataverseColumn extends Column {
  readonly type: DataverseColumnFile['type'];
  readonly file: DataverseColumnFile;
  readonly isLookup: boolean;
  readonly isReadOnly: boolean;
  readonly isSystemRequired: boolean;
  readonly maxLength: number | undefined;
  readonly precision: number | undefined;
  readonly targets: readonly string[];
}

/** A lookup seen from the table that holds it: one per target table. */
export interface Navigation {
  readonly name: string;
  readonly relationship: string;
  readonly column: DataverseColumn;
  readonly target: string;
  readonly collectionName: string;
}

/** An N:N relationship, described by the table that its file belongs to. */
export interface ManyToMany {
  readonly schemaName: string;
  readonly target: string;
  readonly intersect: string;
  readonly ownName: string;
  readonly targetName: string;
}

export interface AlternateKey extends UniqueShape {
  readonly displayName: string;
  readonly status: NonNullable<DataverseKeyFile['status']>;
}

export interface DataverseTable extends Table<DataverseColumn> {
  readonly file: DataverseSchemaFile;
  readonly primaryId: string;
  readonly primaryName: string | undefined;
  readonly schemaName: string;
  /** The keys that are in force. */
  readonly uniques: readonly AlternateKey[];
  readonly keys: readonly AlternateKey[];
  readonly navigations: ReadonlyMap<string, Navigation>;
  readonly manyToMany: readonly ManyToMany[];
  /** Columns that show an amount in base currency. */
  readonly baseAmounts: readonly DataverseColumn[];
  readonly isTracked: boolean;
  readonly hasOptimisticConcurrency: boolean;
  readonly isUserOwned: boolean;
}

const KINDS: Record<DataverseColumnFile['type'], [Kind, string]> = {
  string: ['string', 'Edm.String'],
  memo: ['string', 'Edm.String'],
  multiselectpicklist: ['string', 'Edm.String'],
  integer: ['int32', 'Edm.Int32'],
  picklist: ['int32', 'Edm.Int32'],
  state: ['int32', 'Edm.Int32'],
  status: ['int32', 'Edm.Int32'],
  bigint: ['int64', 'Edm.Int64'],
  decimal: ['decimal', 'Edm.Decimal'],
  money: ['decimal', 'Edm.Decimal'],
  double: ['double', 'Edm.Double'],
  boolean: ['boolean', 'Edm.Boolean'],
  datetime: ['datetime', 'Edm.DateTimeOffset'],
  dateonly: ['date', 'Edm.Date'],
  uniqueidentifier: ['guid', 'Edm.Guid'],
  lookup: ['guid', 'Edm.Guid'],
  customer: ['guid', 'Edm.Guid'],
  owner: ['guid', 'Edm.Guid'],
};
const LOOKUPS = new Set(['lookup', 'customer', 'owner']);
// Kept by the server itself; a body that names them is taken, the values are not.
const SERVER_KEPT = new Set([
  'createdon',
  'modifiedon',
  'createdby',
  'modifiedby',
  'versionnumber',
  'owningbusinessunit',
  'owninguser',
  'owningteam',
]);
const UNOWNED = new Set(['systemuser', 'team', 'businessunit', 'organization']);
const PRECISION: Record<string, number> = { money: 4, decimal: 10, double: 5 };

export function dataverseTable(file: DataverseSchemaFile): DataverseTable {
  for (const member of ['logicalName', 'entitySetName', 'primaryId'] as const)
    if (typeof file[member] !== 'string' || file[member] === '')
      throw new SchemaError(`a table lacks ${member}`);
  const isUserOwned =
    !UNOWNED.has(file.logicalName) && !file.columns.some(({ name }) => name === 'organizationid');
  const columns = withPlatformColumns(file, isUserOwned).map((column) => dataverseColumn(file, column));
  const byName = new Map(columns.map((column) => [column.name, column]));
  const keys = (file.alternateKeys ?? []).map((key) => alternateKey(file, key, byName));
  return {
    name: file.logicalName,
    set: file.entitySetName,
    file,
    primaryId: file.primaryId,
    primaryName: file.primaryName ?? undefined,
    schemaName: file.schemaName ?? file.logicalName,
    columns,
    references: columns
      .filter((one) => one.isLookup && !one.targets.every((to) => UNOWNED.has(to)))
      .map(({ name }) => name),
    byName,
    byProperty: new Map(columns.map((column) => [column.property, column])),
    uniques: keys.filter(({ status }) => status === 'Active'),
    keys,
    navigations: new Map(
      columns.flatMap((column) => navigations(file, column)).map((one) => [one.name, one]),
    ),
    manyToMany: manyToMany(file),
    baseAmounts: columns.filter((column) => column.file.baseOf !== undefined),
    isTracked: file.changeTracking ?? true,
    hasOptimisticConcurrency: file.optimisticConcurrency ?? true,
    isUserOwned,
  };
}

function dataverseColumn(table: DataverseSchemaFile, file: DataverseColumnFile): DataverseColumn {
  const known = KINDS[file.type];
  if (!known) throw new SchemaError(`${table.logicalName}.${file.name}: unknown type ${String(file.type)}`);
  const isLookup = LOOKUPS.has(file.type);
  return {
    name: file.name,
    property: isLookup ? `_${file.name}_value` : file.name,
    kind: known[0],
    edmType: known[1],
    empty: null,
    emptyJson: 'null',
    ...(file.type === 'money' ? { scaleShown: file.precision ?? 4 } : {}),
    ...(file.name === 'versionnumber' ? { isVersion: true } : {}),
    type: file.type,
    file,
    isLookup,
    isReadOnly: file.readOnly === true || file.baseOf !== undefined || SERVER_KEPT.has(file.name),
    isSystemRequired: file.requiredLevel === 'systemrequired',
    maxLength: file.maxLength ?? undefined,
    precision: file.precision ?? PRECISION[file.type],
    targets:
      file.targets ??
      (file.type === 'owner'
        ? ['systemuser', 'team']
        : file.type === 'customer'
          ? ['account', 'contact']
          : []),
  };
}

function withPlatformColumns(file: DataverseSchemaFile, isUserOwned: boolean): DataverseColumnFile[] {
  const options = [
    { value: 0, label: 'Active' },
    { value: 1, label: 'Inactive' },
  ];
  const platform: DataverseColumnFile[] = [
    { name: file.primaryId, type: 'uniqueidentifier', requiredLevel: 'systemrequired' },
    { name: 'createdon', type: 'datetime' },
    { name: 'modifiedon', type: 'datetime' },
    { name: 'createdby', type: 'lookup', targets: ['systemuser'] },
    { name: 'modifiedby', type: 'lookup', targets: ['systemuser'] },
    { name: 'statecode', type: 'state', options },
    {
      name: 'statuscode',
      type: 'status',
      options: options.map(({ value, label }) => ({ value: value + 1, label })),
    },
    { name: 'versionnumber', type: 'bigint' },
  ];
  if (isUserOwned)
    platform.push(
      { name: 'ownerid', type: 'owner', targets: ['systemuser', 'team'] },
      { name: 'owningbusinessunit', type: 'lookup', targets: ['businessunit'] },
      { name: 'owninguser', type: 'lookup', targets: ['systemuser'] },
      { name: 'owningteam', type: 'lookup', targets: ['team'] },
    );
  const listed = new Set(file.columns.map(({ name }) => name));
  return [...file.columns, ...platform.filter(({ name }) => !listed.has(name))];
}

/** The real key is each dotted path cut to its lookup column: msdyn_company.cdm_companycode = msdyn_company. */
function alternateKey(
  file: DataverseSchemaFile,
  key: DataverseKeyFile,
  byName: ReadonlyMap<string, DataverseColumn>,
): AlternateKey {
  const columns = [...new Set(key.columns.map((path) => path.split('.')[0] as string))];
  for (const column of columns)
    if (!byName.has(column)) throw new SchemaError(`${file.logicalName}: key column ${column} is not there`);
  const name = key.name ?? `${columns.join('_')}_key`;
  return { name, displayName: key.displayName ?? name, columns, status: key.status ?? 'Active' };
}

function manyToMany(file: DataverseSchemaFile): ManyToMany[] {
  const pairs = (file.relationships ?? []).filter(({ type }) => type === 'ManyToMany');
  return pairs.map((one) => {
    const schemaName = one.name ?? `${file.logicalName}_${one.target}`;
    return {
      schemaName,
      target: one.target,
      intersect: one.intersect ?? schemaName.toLowerCase(),
      ownName: one.navigationProperty ?? schemaName,
      targetName: one.targetNavigationProperty ?? schemaName,
    };
  });
}

function navigations(file: DataverseSchemaFile, column: DataverseColumn): Navigation[] {
  if (!column.isLookup) return [];
  return column.targets.map((target) => {
    const given = file.relationships?.find((one) => one.column === column.name && one.target === target);
    const plain =
      column.targets.length === 1 || column.name === 'ownerid' ? column.name : `${column.name}_${target}`;
    const usual = standardRelationship(file.logicalName, column.name, target);
    return {
      name: given?.navigationProperty ?? plain,
      relationship: given?.name ?? usual,
      column,
      target,
      collectionName: given?.targetNavigationProperty ?? given?.name ?? usual,
    };
  });
}
