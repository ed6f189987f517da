import type { DataverseColumn, DataverseTable, Navigation } from './dataverse-table';
import { EDMX_HEAD, xmlText } from './xml';

const NAMESPACE = 'Microsoft.Dynamics.CRM';

/** `$metadata`; with annotations also what is computed and which sets track changes. */
export function dataverseCsdl(
  tables: readonly DataverseTable[],
  { withAnnotations }: { withAnnotations: boolean },
): string {
  const byName = new Map(tables.map((table) => [table.name, table]));
  const incoming = new Map<string, { from: DataverseTable; navigation: Navigation }[]>();
  for (const table of tables)
    for (const navigation of table.navigations.values()) {
      const list = incoming.get(navigation.target) ?? [];
      incoming.set(navigation.target, [...list, { from: table, navigation }]);
    }
  const types = tables.map((table) =>
    entityType(table, byName, incoming.get(table.name) ?? [], withAnnotations),
  );
  const sets = tables.map((table) => entitySet(table, byName, withAnnotations));
  return `${EDMX_HEAD}
<edmx:DataServices>
<Schema Namespace="${NAMESPACE}" Alias="mscrm" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EntityType Name="crmbaseentity" Abstract="true" />
${types.join('\n')}
<ComplexType Name="WhoAmIResponse"><Property Name="BusinessUnitId" Type="Edm.Guid" Nullable="false" /><Property Name="UserId" Type="Edm.Guid" Nullable="false" /><Property Name="OrganizationId" Type="Edm.Guid" Nullable="false" /></ComplexType>
<Function Name="WhoAmI"><ReturnType Type="mscrm.WhoAmIResponse" Nullable="false" /></Function>
<EntityContainer Name="System">
${sets.join('\n')}
<FunctionImport Name="WhoAmI" Function="mscrm.WhoAmI" />
</EntityContainer>
</Schema>
</edmx:DataServices>
</edmx:Edmx>
`;
}

function entityType(
  table: DataverseTable,
  tables: ReadonlyMap<string, DataverseTable>,
  incoming: readonly { from: DataverseTable; navigation: Navigation }[],
  withAnnotations: boolean,
): string {
  const lines = [
    `<EntityType Name="${table.name}" BaseType="mscrm.crmbaseentity">`,
    `<Key><PropertyRef Name="${table.primaryId}" /></Key>`,
    ...table.columns.map((column) => property(column, withAnnotations)),
  ];
  for (const navigation of table.navigations.values()) {
    const target = tables.get(navigation.target);
    if (target) lines.push(navigationProperty(navigation, target, incomingPartner(target, navigation)));
  }
  for (const { from, navigation } of incoming)
    lines.push(
      `<NavigationProperty Name="${navigation.collectionName}" Type="Collection(mscrm.${from.name})" Partner="${navigation.name}" />`,
    );
  if (table.uniques.length > 0) lines.push(alternateKeys(table));
  lines.push('</EntityType>');
  return lines.join('\n');
}

function incomingPartner(target: DataverseTable, navigation: Navigation): string {
  return target.navigations.has(navigation.collectionName) ? '' : ` Partner="${navigation.collectionName}"`;
}

function property(column: DataverseColumn, withAnnotations: boolean): string {
  const scale =
    column.kind === 'decimal' ? ' Scale="Variable"' : column.kind === 'string' ? ' Unicode="false"' : '';
  const head = `<Property Name="${column.property}" Type="${column.edmType}"${scale}`;
  if (!withAnnotations || !(column.isReadOnly || column.isLookup)) return `${head} />`;
  return `${head}><Annotation Term="Org.OData.Core.V1.Computed" Bool="true" /></Property>`;
}

function navigationProperty(navigation: Navigation, target: DataverseTable, partner: string): string {
  const { name, column } = navigation;
  return `<NavigationProperty Name="${name}" Type="mscrm.${target.name}" Nullable="true"${partner}><ReferentialConstraint Property="${column.property}" ReferencedProperty="${target.primaryId}" /></NavigationProperty>`;
}

function alternateKeys(table: DataverseTable): string {
  const records = table.uniques.map(({ columns }) => {
    const refs = columns.map((name) => {
      const property = table.byName.get(name)?.property ?? name;
      return `<Record Type="OData.Community.Keys.V1.PropertyRef"><PropertyValue Property="Name" PropertyPath="${property}" /><PropertyValue Property="Alias" String="${property}" /></Record>`;
    });
    return `<Record Type="OData.Community.Keys.V1.AlternateKey"><PropertyValue Property="Key"><Collection>${refs.join('')}</Collection></PropertyValue></Record>`;
  });
  return `<Annotation Term="OData.Community.Keys.V1.AlternateKeys"><Collection>${records.join('')}</Collection></Annotation>`;
}

function entitySet(
  table: DataverseTable,
  tables: ReadonlyMap<string, DataverseTable>,
  withAnnotations: boolean,
): string {
  const bindings = [...table.navigations.values()].flatMap(({ name, target }) => {
    const set = tables.get(target)?.set;
    return set === undefined ? [] : [`<NavigationPropertyBinding Path="${name}" Target="${set}" />`];
  });
  const tracking =
    withAnnotations && table.isTracked
      ? '<Annotation Term="Org.OData.Capabilities.V1.ChangeTracking"><Record><PropertyValue Property="Supported" Bool="true" /></Record></Annotation>'
      : '';
  return `<EntitySet Name="${xmlText(table.set)}" EntityType="${NAMESPACE}.${table.name}">${bindings.join('')}${tracking}</EntitySet>`;
}
