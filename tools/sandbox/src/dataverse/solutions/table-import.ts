import type { DataverseColumnFile, DataverseSchemaFile } from '../../edm/schema-file';
import type { JsonObject } from '../../json/exact-json';
import { columnFileOf, details, labelText } from '../metadata/attribute-file';
import { tableFileOf, withCompanions, withCurrency } from '../metadata/table-file';
import { attributeBody, labelOf, sharedBody } from './attribute-body';
import type { LookupRelationship } from './relationships';
import { badSolution } from './solution-file';
import { childOf, childrenOf, textOf, type XmlNode } from './xml-reader';

export interface ImportedTable {
  /** The table as it is after the import, without its new keys. */
  readonly file: DataverseSchemaFile;
  /** As `POST .../Keys` takes them. */
  readonly keys: readonly JsonObject[];
}

/** What has no prefix came with Dataverse: exports list it, an import leaves it as it is. */
const CUSTOM_NAME = /^[a-z][a-z0-9]{1,7}_/;

/** An `Entity` of `customizations.xml`: a new table, or additions to one that is there. Nothing is taken away. */
export function importedTable(
  entity: XmlNode,
  before: DataverseSchemaFile | undefined,
  lookups: readonly LookupRelationship[],
): ImportedTable {
  const info = childOf(childOf(entity, 'EntityInfo'), 'entity');
  const schemaName = textOf(entity, 'Name');
  if (!info || info.attributes['Name'] !== schemaName)
    return badSolution(`the table '${schemaName}' has no entity of its name`);
  const attributes = childrenOf(childOf(info, 'attributes'), 'attribute');
  const custom = attributes.filter((one) => textOf(one, 'Type') !== 'primarykey' && isCustom(one));
  const base = before ?? newTable(info, schemaName, attributes);
  const has = (name: string): boolean => base.columns.some((column) => column.name === name);
  const added = custom.filter((one) => !has(textOf(one, 'LogicalName')));
  const own = lookups.filter(({ table, column }) => table === base.logicalName && !has(column));
  for (const { column, file } of own)
    if (!added.some((one) => textOf(one, 'LogicalName') === column && textOf(one, 'Type') === 'lookup'))
      badSolution(`the relationship '${file.name}' is by ${column}, which is no lookup of the solution`);
  const columns = added.flatMap((one) => columnsOf(one, own));
  return {
    file: withCurrency({
      ...base,
      columns: [...base.columns, ...columns],
      relationships: [...(base.relationships ?? []), ...own.map(({ file }) => file)],
      ...trackingOf(info, base),
    }),
    keys: childrenOf(childOf(info, 'EntityKeys'), 'EntityKey').map(keyBody),
  };
}

function isCustom(attribute: XmlNode): boolean {
  return CUSTOM_NAME.test(textOf(attribute, 'LogicalName'));
}

function newTable(info: XmlNode, schemaName: string, attributes: readonly XmlNode[]): DataverseSchemaFile {
  const name = attributes.find((one) => textOf(one, 'DisplayMask').split('|').includes('PrimaryName'));
  if (!name) return badSolution(`PrimaryName attribute not found for Entity: ${schemaName}`);
  const id = attributes.find((one) => textOf(one, 'Type') === 'primarykey');
  if (textOf(id, 'LogicalName') !== `${schemaName.toLowerCase()}id`)
    return badSolution(`the table '${schemaName}' has no primarykey attribute of its name`);
  const set = textOf(info, 'EntitySetName');
  return tableFileOf(
    {
      SchemaName: schemaName,
      ...(set === '' ? {} : { EntitySetName: set }),
      DisplayName: labelOf(childOf(info, 'LocalizedNames'), 'LocalizedName'),
      OwnershipType: textOf(info, 'OwnershipTypeMask') === 'OrgOwned' ? 'OrganizationOwned' : 'UserOwned',
      Attributes: [{ ...attributeBody(name), IsPrimaryName: true }],
    },
    () => [],
  );
}

function columnsOf(attribute: XmlNode, lookups: readonly LookupRelationship[]): DataverseColumnFile[] {
  if (textOf(attribute, 'Type') !== 'lookup')
    return withCompanions(columnFileOf(attributeBody(attribute), () => []));
  const name = textOf(attribute, 'LogicalName');
  const targets = lookups.filter(({ column }) => column === name).map(({ file }) => file.target);
  if (targets.length === 0) return badSolution(`the lookup ${name} has no relationship`);
  const schemaName = attribute.attributes['PhysicalName'] ?? name;
  return [{ name, type: 'lookup', targets, schemaName, ...details(sharedBody(attribute), () => []) }];
}

function trackingOf(info: XmlNode, base: DataverseSchemaFile): Partial<DataverseSchemaFile> {
  if (textOf(info, 'ChangeTrackingEnabled') !== '1') return {};
  if (base.canTrackChanges === false)
    return badSolution(`change tracking cannot be enabled for the entity '${base.logicalName}'`);
  return { changeTracking: true };
}

function keyBody(key: XmlNode): JsonObject {
  const display = labelOf(childOf(key, 'displaynames'), 'displayname');
  return {
    SchemaName: textOf(key, 'Name'),
    ...(labelText(display) === undefined ? {} : { DisplayName: display }),
    KeyAttributes: childrenOf(childOf(key, 'EntityKeyAttributes'), 'AttributeName').map(({ text }) =>
      text.trim(),
    ),
  };
}
