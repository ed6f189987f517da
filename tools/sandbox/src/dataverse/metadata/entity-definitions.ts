import type { DataverseColumn, DataverseTable } from '../../edm/dataverse-table';
import { idOf } from '../../http/token-server';
import type { Json, JsonObject } from '../../json/exact-json';

const ATTRIBUTE_TYPES: Record<DataverseColumn['type'], [type: string, odataType: string]> = {
  string: ['String', 'StringAttributeMetadata'],
  memo: ['Memo', 'MemoAttributeMetadata'],
  integer: ['Integer', 'IntegerAttributeMetadata'],
  bigint: ['BigInt', 'BigIntAttributeMetadata'],
  decimal: ['Decimal', 'DecimalAttributeMetadata'],
  double: ['Double', 'DoubleAttributeMetadata'],
  money: ['Money', 'MoneyAttributeMetadata'],
  boolean: ['Boolean', 'BooleanAttributeMetadata'],
  datetime: ['DateTime', 'DateTimeAttributeMetadata'],
  dateonly: ['DateTime', 'DateTimeAttributeMetadata'],
  uniqueidentifier: ['Uniqueidentifier', 'UniqueIdentifierAttributeMetadata'],
  lookup: ['Lookup', 'LookupAttributeMetadata'],
  customer: ['Customer', 'LookupAttributeMetadata'],
  owner: ['Owner', 'LookupAttributeMetadata'],
  picklist: ['Picklist', 'PicklistAttributeMetadata'],
  state: ['State', 'StateAttributeMetadata'],
  status: ['Status', 'StatusAttributeMetadata'],
  multiselectpicklist: ['Virtual', 'MultiSelectPicklistAttributeMetadata'],
};
const LEVELS: Record<string, string> = {
  systemrequired: 'SystemRequired',
  required: 'ApplicationRequired',
  recommended: 'Recommended',
};

/** A table as `EntityDefinitions` shows it, without its collections. */
export function definitionOf(table: DataverseTable): JsonObject {
  return {
    MetadataId: idOf(`entity:${table.name}`),
    LogicalName: table.name,
    SchemaName: table.schemaName,
    EntitySetName: table.set,
    LogicalCollectionName: table.set,
    PrimaryIdAttribute: table.primaryId,
    PrimaryNameAttribute: table.primaryName ?? null,
    PrimaryImageAttribute: null,
    ChangeTrackingEnabled: table.isTracked,
    IsOptimisticConcurrencyEnabled: table.hasOptimisticConcurrency,
    CanChangeTrackingBeEnabled: {
      Value: table.file.canTrackChanges !== false,
      CanBeChanged: true,
      ManagedPropertyLogicalName: 'canchangetrackingbeenabled',
    },
    IsPrivate: false,
    IsActivity: false,
    IsIntersect: false,
    IsValidForAdvancedFind: true,
    IsCustomEntity: table.name.includes('_'),
    OwnershipType: table.isUserOwned ? 'UserOwned' : 'OrganizationOwned',
    TableType: table.file.tableType ?? 'Standard',
    DataProviderId: null,
    ObjectTypeCode: 10_000 + (Number.parseInt(idOf(table.name).slice(0, 4), 16) % 50_000),
    DisplayName: label(table.file.displayName ?? table.schemaName),
    DisplayCollectionName: label(table.set),
  };
}

/** With the members of its own type, as the service shows them also without a cast. */
export function attributeOf(table: DataverseTable, column: DataverseColumn): JsonObject {
  const [type, odataType] = ATTRIBUTE_TYPES[column.type];
  const { file } = column;
  return {
    '@odata.type': `#Microsoft.Dynamics.CRM.${odataType}`,
    MetadataId: idOf(`attribute:${table.name}.${column.name}`),
    LogicalName: column.name,
    SchemaName: file.schemaName ?? column.name,
    EntityLogicalName: table.name,
    AttributeType: type,
    AttributeTypeName: { Value: `${type}Type` },
    AttributeOf: file.baseOf ?? null,
    IsPrimaryId: column.name === table.primaryId,
    IsPrimaryName: column.name === table.primaryName,
    IsValidForCreate: !column.isReadOnly,
    IsValidForUpdate: !column.isReadOnly && column.name !== table.primaryId,
    IsValidForRead: true,
    IsLogical: false,
    RequiredLevel: {
      Value: LEVELS[file.requiredLevel ?? ''] ?? 'None',
      CanBeChanged: true,
      ManagedPropertyLogicalName: 'canmodifyrequirementlevelsettings',
    },
    DisplayName: label(file.displayName ?? file.label ?? column.name),
    ...typeDetails(column),
  };
}

function typeDetails(column: DataverseColumn): JsonObject {
  const { file, type } = column;
  if (column.isLookup) return { Targets: [...column.targets] };
  if (column.kind === 'string')
    return { MaxLength: column.maxLength ?? (type === 'memo' ? 2000 : 100), Format: file.format ?? 'Text' };
  if (type === 'datetime' || type === 'dateonly')
    return {
      Format: type === 'dateonly' ? 'DateOnly' : 'DateAndTime',
      DateTimeBehavior: { Value: type === 'dateonly' ? 'DateOnly' : 'UserLocal' },
    };
  if (type === 'boolean')
    return {
      DefaultValue: false,
      OptionSet: {
        TrueOption: option(1, file.options?.[1]?.label ?? 'Yes'),
        FalseOption: option(0, file.options?.[0]?.label ?? 'No'),
      },
    };
  if (file.options) {
    const set = {
      Options: file.options.map(({ value, label: text }) => option(value, text ?? String(value))),
    };
    return { OptionSet: set, GlobalOptionSet: null };
  }
  const bounds: JsonObject = { MinValue: bound(file.min), MaxValue: bound(file.max) };
  return column.precision === undefined || column.kind === 'int32'
    ? bounds
    : { ...bounds, Precision: column.precision };
}

const bound = (value: number | string | undefined): Json => value ?? null;
export const option = (value: number, text: string): JsonObject => ({ Value: value, Label: label(text) });

export function label(text: string): JsonObject {
  const localized: JsonObject = { Label: text, LanguageCode: 1033 };
  return { LocalizedLabels: [localized], UserLocalizedLabel: localized };
}

export function keysOf(table: DataverseTable): JsonObject[] {
  return table.keys.map((key) => ({
    MetadataId: idOf(`key:${table.name}.${key.name}`),
    LogicalName: key.name,
    SchemaName: key.name,
    EntityLogicalName: table.name,
    DisplayName: label(key.displayName),
    KeyAttributes: [...key.columns],
    EntityKeyIndexStatus: key.status,
  }));
}

export function relationshipsFrom(table: DataverseTable, tables: readonly DataverseTable[]): JsonObject[] {
  return [...table.navigations.values()].map((navigation) => {
    const target = tables.find(({ name }) => name === navigation.target);
    return {
      MetadataId: idOf(`relationship-name:${navigation.relationship.toLowerCase()}`),
      SchemaName: navigation.relationship,
      RelationshipType: 'OneToManyRelationship',
      ReferencingEntity: table.name,
      ReferencingAttribute: navigation.column.name,
      ReferencingEntityNavigationPropertyName: navigation.name,
      ReferencedEntity: navigation.target,
      ReferencedAttribute: target?.primaryId ?? `${navigation.target}id`,
      ReferencedEntityNavigationPropertyName: navigation.collectionName,
    };
  });
}

export function relationshipsTo(table: DataverseTable, tables: readonly DataverseTable[]): JsonObject[] {
  return tables.flatMap((other) =>
    relationshipsFrom(other, tables).filter((one) => one['ReferencedEntity'] === table.name),
  );
}

export function manyToManyOf(table: DataverseTable, tables: readonly DataverseTable[]): JsonObject[] {
  return tables.flatMap((one) =>
    one.manyToMany
      .filter(({ target }) => one === table || target === table.name)
      .map((pair) => ({
        MetadataId: idOf(`relationship-name:${pair.schemaName.toLowerCase()}`),
        SchemaName: pair.schemaName,
        RelationshipType: 'ManyToManyRelationship',
        IntersectEntityName: pair.intersect,
        Entity1LogicalName: one.name,
        Entity1NavigationPropertyName: pair.ownName,
        Entity1IntersectAttribute: 'one',
        Entity2LogicalName: pair.target,
        Entity2NavigationPropertyName: pair.targetName,
        Entity2IntersectAttribute: 'two',
      })),
  );
}
