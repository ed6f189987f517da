import { element, type XmlElement } from '../xml';
import { entityXml } from './entity-xml';
import { LANGUAGE } from './localized';
import type { SolutionTable } from './plan-solution';
import { relationshipXml } from './relationship-xml';

export const XSI = { 'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance' };

/** `customizations.xml`: tables with their columns and keys, then the relationships of their lookups. */
export function customizations(tables: readonly SolutionTable[]): XmlElement {
  const names = new Map(tables.map(({ table, schemaName }) => [table, schemaName]));
  const relationships = tables.flatMap(({ table, columns }) =>
    columns
      .filter(({ type }) => type === 'lookup')
      .map((lookup) => relationshipXml(table, lookup, (name) => names.get(name) ?? name)),
  );
  return element(
    'ImportExportXml',
    [
      element('Entities', tables.map(entityXml)),
      ...['Roles', 'Workflows', 'FieldSecurityProfiles', 'Templates', 'EntityMaps'].map((name) =>
        element(name),
      ),
      element('EntityRelationships', relationships),
      ...['OrganizationSettings', 'optionsets', 'CustomControls', 'EntityDataProviders'].map((name) =>
        element(name),
      ),
      element('Languages', [element('Language', LANGUAGE)]),
    ],
    XSI,
  );
}
