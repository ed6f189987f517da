import { columnSchemaName, relationshipName } from '../names';
import type { ColumnDefinition } from '../table-definition';
import { element, textElements, type XmlElement } from '../xml';
import { VERSION } from './version';

const REFERENCING = 1;
const REFERENCED = 0;
const LAST_IN_PANE = 10_000;

/** The relationship of a lookup. @param schemaNameOf a table's name with its capitals */
export function relationshipXml(
  table: string,
  lookup: ColumnDefinition,
  schemaNameOf: (table: string) => string,
): XmlElement {
  const name = relationshipName(table, lookup);
  return element(
    'EntityRelationship',
    [
      ...textElements({
        EntityRelationshipType: 'OneToMany',
        IsCustomizable: 1,
        IntroducedVersion: VERSION,
        IsHierarchical: 0,
        ReferencingEntityName: schemaNameOf(table),
        ReferencedEntityName: schemaNameOf(lookup.target ?? ''),
        CascadeAssign: 'NoCascade',
        // A row that others point at may go: their lookups become empty.
        CascadeDelete: 'RemoveLink',
        CascadeArchive: 'NoCascade',
        CascadeReparent: 'NoCascade',
        CascadeShare: 'NoCascade',
        CascadeUnshare: 'NoCascade',
        CascadeRollupView: 'NoCascade',
        IsValidForAdvancedFind: 1,
        ReferencingAttributeName: columnSchemaName(lookup),
      }),
      element('EntityRelationshipRoles', [
        element(
          'EntityRelationshipRole',
          textElements({
            NavPaneDisplayOption: 'DoNotDisplay',
            NavPaneArea: 'Details',
            NavPaneOrder: LAST_IN_PANE,
            NavigationPropertyName: columnSchemaName(lookup),
            RelationshipRoleType: REFERENCING,
          }),
        ),
        element(
          'EntityRelationshipRole',
          textElements({ NavigationPropertyName: name, RelationshipRoleType: REFERENCED }),
        ),
      ]),
    ],
    { Name: name },
  );
}
