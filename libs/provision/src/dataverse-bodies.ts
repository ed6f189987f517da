import { DECIMAL_RANGE, INTEGER_RANGE } from './column-ranges';
import type { EndpointSettings, StepSettings } from './dataverse-step';
import {
  columnSchemaName,
  keyName,
  keyTitle,
  relationshipName,
  tableCollectionTitle,
  tableTitle,
} from './names';
import type { ColumnDefinition, TableDefinition } from './table-definition';
import { xmlText } from './xml';

type Json = Readonly<Record<string, unknown>>;

const CRM = 'Microsoft.Dynamics.CRM.';
const ENGLISH = 1033;
const WEBHOOK_CONTRACT = 8;
const AUTH_HTTP_HEADER = 5;
const STAGE_AFTER = 40;
const MODE_ASYNCHRONOUS = 1;
/** Header of the static key: addresses end in logs, headers do not. */
export const WEBHOOK_KEY_HEADER = 'x-dualwrite-key';

/** `POST EntityDefinitions`. */
export function tableBody(definition: TableDefinition, columns: readonly ColumnDefinition[]): Json {
  return {
    '@odata.type': `${CRM}EntityMetadata`,
    SchemaName: definition.table,
    EntitySetName: definition.entitySet,
    DisplayName: label(tableTitle(definition)),
    DisplayCollectionName: label(tableCollectionTitle(definition)),
    OwnershipType: 'UserOwned',
    HasActivities: false,
    HasNotes: false,
    ChangeTrackingEnabled: true,
    Attributes: columns.map((column) => ({
      ...columnBody(column),
      ...(column.name === definition.primaryName ? { IsPrimaryName: true } : {}),
    })),
  };
}

/** `POST EntityDefinitions(...)/Attributes`; lookups are made by their relationship. */
export function columnBody(column: ColumnDefinition): Json {
  return {
    SchemaName: column.name,
    DisplayName: label(column.name),
    RequiredLevel: { Value: 'None' },
    ...typeBody(column),
  };
}

function typeBody({ type, maxLength = 100, scale = 2, options = [] }: ColumnDefinition): Json {
  switch (type) {
    case 'string':
      return {
        '@odata.type': `${CRM}StringAttributeMetadata`,
        MaxLength: maxLength,
        FormatName: { Value: 'Text' },
      };
    case 'integer':
      return { '@odata.type': `${CRM}IntegerAttributeMetadata`, Format: 'None', ...INTEGER_RANGE };
    case 'bigint':
      return { '@odata.type': `${CRM}BigIntAttributeMetadata` };
    case 'decimal':
      return { '@odata.type': `${CRM}DecimalAttributeMetadata`, Precision: scale, ...DECIMAL_RANGE };
    case 'boolean':
      return {
        '@odata.type': `${CRM}BooleanAttributeMetadata`,
        DefaultValue: false,
        OptionSet: {
          TrueOption: { Value: 1, Label: label('Yes') },
          FalseOption: { Value: 0, Label: label('No') },
        },
      };
    case 'date':
      return {
        '@odata.type': `${CRM}DateTimeAttributeMetadata`,
        Format: 'DateOnly',
        DateTimeBehavior: { Value: 'DateOnly' },
      };
    case 'datetime':
      return {
        '@odata.type': `${CRM}DateTimeAttributeMetadata`,
        Format: 'DateAndTime',
        DateTimeBehavior: { Value: 'UserLocal' },
      };
    case 'picklist':
      return {
        '@odata.type': `${CRM}PicklistAttributeMetadata`,
        OptionSet: {
          '@odata.type': `${CRM}OptionSetMetadata`,
          IsGlobal: false,
          OptionSetType: 'Picklist',
          Options: options.map(({ value, label: text }) => ({ Value: value, Label: label(text) })),
        },
      };
    case 'lookup':
      return { '@odata.type': `${CRM}LookupAttributeMetadata` };
  }
}

/** `POST RelationshipDefinitions`: the lookup column with both navigation properties. */
export function lookupBody(table: string, column: ColumnDefinition): Json {
  const { name, target = '' } = column;
  return {
    '@odata.type': `${CRM}OneToManyRelationshipMetadata`,
    SchemaName: relationshipName(table, column),
    ReferencedEntity: target,
    ReferencedAttribute: `${target}id`,
    ReferencingEntity: table,
    ReferencingEntityNavigationPropertyName: columnSchemaName(column),
    // A row that others point at may go: their lookups become empty.
    CascadeConfiguration: {
      Assign: 'NoCascade',
      Delete: 'RemoveLink',
      Merge: 'NoCascade',
      Reparent: 'NoCascade',
      Share: 'NoCascade',
      Unshare: 'NoCascade',
    },
    Lookup: {
      '@odata.type': `${CRM}LookupAttributeMetadata`,
      SchemaName: columnSchemaName(column),
      DisplayName: label(name),
      RequiredLevel: { Value: 'None' },
    },
  };
}

/** `POST EntityDefinitions(...)/Keys`. */
export function keyBody(table: string, columns: readonly string[]): Json {
  return {
    SchemaName: keyName(table, columns),
    DisplayName: label(keyTitle(columns)),
    KeyAttributes: columns,
  };
}

/** A row of `serviceendpoints`. The key cannot be read back, so its fingerprint stands beside it. */
export function endpointBody({ name, url, key, fingerprint }: EndpointSettings): Json {
  return {
    name,
    url,
    contract: WEBHOOK_CONTRACT,
    authtype: AUTH_HTTP_HEADER,
    authvalue: `<settings><setting name="${WEBHOOK_KEY_HEADER}" value="${xmlText(key)}" /></settings>`,
    description: fingerprint,
  };
}

/** A row of `sdkmessageprocessingsteps`: after the write, in a job of its own, whose success leaves no record. */
export function stepBody({ name, endpointId, messageId, filterId, filtering }: StepSettings): Json {
  return {
    ...changedStepBody(filtering),
    name,
    mode: MODE_ASYNCHRONOUS,
    stage: STAGE_AFTER,
    rank: 1,
    supporteddeployment: 0,
    asyncautodelete: true,
    'sdkmessageid@odata.bind': `/sdkmessages(${messageId})`,
    'sdkmessagefilterid@odata.bind': `/sdkmessagefilters(${filterId})`,
    'eventhandler_serviceendpoint@odata.bind': `/serviceendpoints(${endpointId})`,
  };
}

export function changedStepBody(filtering: string | null): Json {
  return {
    mode: MODE_ASYNCHRONOUS,
    statecode: 0,
    statuscode: 1,
    ...(filtering === null ? {} : { filteringattributes: filtering }),
  };
}

function label(text: string): Json {
  return {
    '@odata.type': `${CRM}Label`,
    LocalizedLabels: [{ '@odata.type': `${CRM}LocalizedLabel`, Label: text, LanguageCode: ENGLISH }],
  };
}
