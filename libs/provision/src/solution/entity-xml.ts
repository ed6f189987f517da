import { keyName, keyTitle, tableCollectionTitle, tableTitle } from '../names';
import type { TableDefinition } from '../table-definition';
import { element, textElements, type XmlElement } from '../xml';
import { attributeXml, idXml } from './attribute-xml';
import { displayNames, localized } from './localized';
import type { SolutionTable } from './plan-solution';
import { VERSION } from './version';

/** A table that is made, or what is added to one that is there. */
export function entityXml({ table, made, schemaName, columns, keys }: SolutionTable): XmlElement {
  const attributes = [
    ...(made === null ? [] : [idXml(table)]),
    ...columns.map((column) => attributeXml(table, column, made)),
  ];
  const entity = [
    ...(made === null ? [] : titles(made)),
    element('attributes', attributes),
    ...(keys.length === 0
      ? []
      : [
          element(
            'EntityKeys',
            keys.map((one) => keyXml(table, one)),
          ),
        ]),
    ...(made === null ? [] : textElements(settings(made))),
    ...textElements({ ChangeTrackingEnabled: 1 }),
  ];
  return element('Entity', [
    element('Name', schemaName, {
      LocalizedName: made === null ? schemaName : tableTitle(made),
      // What it was called before somebody renamed it; nobody renames here.
      OriginalName: made === null ? '' : tableTitle(made),
    }),
    element('EntityInfo', [element('entity', entity, { Name: schemaName })]),
  ]);
}

function titles(made: TableDefinition): XmlElement[] {
  return [
    localized('LocalizedNames', 'LocalizedName', tableTitle(made)),
    localized('LocalizedCollectionNames', 'LocalizedCollectionName', tableCollectionTitle(made)),
    localized('Descriptions', 'Description', ''),
  ];
}

function settings({ entitySet }: TableDefinition): Record<string, string | number> {
  return {
    EntitySetName: entitySet,
    OwnershipTypeMask: 'UserOwned',
    HasRelatedNotes: 'False',
    HasRelatedActivities: 'False',
    IsActivity: 0,
    IsAuditEnabled: 0,
    IsConnectionsEnabled: 0,
    IsDocumentManagementEnabled: 0,
    IsDuplicateCheckSupported: 0,
    IsMailMergeEnabled: 0,
    IsQuickCreateEnabled: 0,
    IntroducedVersion: VERSION,
    IsCustomizable: 1,
    IsRenameable: 1,
    IsMappable: 1,
    CanModifyAuditSettings: 1,
    CanModifyConnectionSettings: 1,
    CanModifyDuplicateDetectionSettings: 1,
    CanModifyAdditionalSettings: 1,
    CanCreateAttributes: 1,
    CanCreateForms: 1,
    CanCreateCharts: 1,
    CanCreateViews: 1,
    CanChangeTrackingBeEnabled: 1,
  };
}

function keyXml(table: string, columns: readonly string[]): XmlElement {
  const name = keyName(table, columns);
  return element('EntityKey', [
    ...textElements({ Name: name, LogicalName: name, IntroducedVersion: VERSION, IsCustomizable: 1 }),
    element(
      'EntityKeyAttributes',
      columns.map((column) => element('AttributeName', column)),
    ),
    displayNames(keyTitle(columns)),
  ]);
}
