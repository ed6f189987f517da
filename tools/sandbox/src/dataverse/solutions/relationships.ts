import type { DataverseSchemaFile } from '../../edm/schema-file';
import { badSolution } from './solution-file';
import { childOf, childrenOf, textOf, type XmlNode } from './xml-reader';

export type RelationshipFile = NonNullable<DataverseSchemaFile['relationships']>[number];

export interface LookupRelationship {
  /** Logical names. */
  readonly table: string;
  readonly column: string;
  readonly file: RelationshipFile;
}

const REFERENCING = '1';
const REFERENCED = '0';

/** `EntityRelationships` of `customizations.xml`, those by which lookups are made. */
export function lookupRelationships(customizations: XmlNode): LookupRelationship[] {
  return childrenOf(childOf(customizations, 'EntityRelationships'), 'EntityRelationship').map(lookupOf);
}

function lookupOf(relationship: XmlNode): LookupRelationship {
  const name = relationship.attributes['Name'] ?? '';
  if (textOf(relationship, 'EntityRelationshipType') !== 'OneToMany')
    return badSolution(`the relationship '${name}' is not OneToMany`);
  const column = textOf(relationship, 'ReferencingAttributeName').toLowerCase();
  const target = textOf(relationship, 'ReferencedEntityName').toLowerCase();
  const roles = childrenOf(childOf(relationship, 'EntityRelationshipRoles'), 'EntityRelationshipRole');
  const roleOf = (type: string): XmlNode | undefined =>
    roles.find((role) => textOf(role, 'RelationshipRoleType') === type);
  if (textOf(roleOf(REFERENCING), 'NavPaneDisplayOption') === '')
    return badSolution(
      `the NavPaneDisplayOption attribute is required for the Referencing Role of '${name}'`,
    );
  return {
    table: textOf(relationship, 'ReferencingEntityName').toLowerCase(),
    column,
    file: {
      name,
      type: 'ManyToOne',
      column,
      target,
      navigationProperty: textOf(roleOf(REFERENCING), 'NavigationPropertyName') || column,
      targetNavigationProperty: textOf(roleOf(REFERENCED), 'NavigationPropertyName') || name,
    },
  };
}
