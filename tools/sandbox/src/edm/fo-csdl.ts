import type { FoField, FoTable } from './fo-table';
import { EDMX_HEAD, xmlText } from './xml';

const NAMESPACE = 'Microsoft.Dynamics.DataEntities';
const CORE = 'Microsoft.Dynamics.OData.Core.V1';
const AX_TYPES: Record<string, string> = {
  string: 'String',
  real: 'Real',
  integer: 'Int32',
  time: 'Int32',
  int64: 'Int64',
  date: 'Date',
  datetime: 'UtcDateTime',
  enum: 'Enum',
  guid: 'Guid',
};

export function foCsdl(tables: readonly FoTable[]): string {
  const enums = [...enumTypes(tables)].map(([name, symbols]) => {
    const members = symbols.map((symbol, value) => `<Member Name="${symbol}" Value="${value}" />`);
    return `<EnumType Name="${name}">${members.join('')}</EnumType>`;
  });
  const bySet = new Map(tables.map((table) => [table.set, table]));
  const types = tables.map((table) => {
    const refs = table.keys.map(({ name }) => `<PropertyRef Name="${name}" />`);
    return `<EntityType Name="${table.publicEntity}">\n<Key>${refs.join('')}</Key>\n${[...table.columns.map(property), ...navigations(table, bySet)].join('\n')}\n</EntityType>`;
  });
  const sets = tables.map(entitySet);
  return `${EDMX_HEAD}
<edmx:DataServices>
<Schema Namespace="${NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">
${enums.join('\n')}
${types.join('\n')}
<EntityContainer Name="Resources">
${sets.join('\n')}
</EntityContainer>
</Schema>
</edmx:DataServices>
</edmx:Edmx>
`;
}

function navigations(table: FoTable, bySet: ReadonlyMap<string, FoTable>): string[] {
  return (table.file.navigations ?? []).flatMap(({ name, set, isCollection }) => {
    const target = bySet.get(set);
    if (!target) return [];
    const type = `${NAMESPACE}.${target.publicEntity}`;
    return [`<NavigationProperty Name="${name}" Type="${isCollection ? `Collection(${type})` : type}" />`];
  });
}

function entitySet({ set, publicEntity, file }: FoTable): string {
  const head = `<EntitySet Name="${set}" EntityType="${NAMESPACE}.${publicEntity}"`;
  const bindings = (file.navigations ?? []).map(
    (navigation) => `<NavigationPropertyBinding Path="${navigation.name}" Target="${navigation.set}" />`,
  );
  return bindings.length === 0 ? `${head} />` : `${head}>${bindings.join('')}</EntitySet>`;
}

/** Symbols by short type name. Fields that share a type's name but list other symbols add to it. */
export function enumTypes(tables: readonly FoTable[]): Map<string, string[]> {
  const types = new Map<string, string[]>();
  for (const table of tables)
    for (const { enumType, symbols } of table.columns) {
      if (!enumType || !symbols) continue;
      const name = enumType.slice(NAMESPACE.length + 1);
      const members = types.get(name) ?? [];
      const known = new Set(members.map((symbol) => symbol.toLowerCase()));
      types.set(name, [...members, ...symbols.filter((symbol) => !known.has(symbol.toLowerCase()))]);
    }
  return types;
}

/** A date and a date-time are both DateTimeOffset; only the annotation tells them apart. */
function property(field: FoField): string {
  const length = field.file.maxLength === undefined ? '' : ` MaxLength="${field.file.maxLength}"`;
  const scale = field.kind === 'decimal' ? ' Scale="Variable"' : '';
  const nullable = field.isKey ? ' Nullable="false"' : '';
  return `<Property Name="${field.name}" Type="${field.edmType}"${nullable}${length}${scale}><Annotation Term="${CORE}.AXType" String="${axType(field)}" /><Annotation Term="${CORE}.LabelId" String="${xmlText(field.label)}" /></Property>`;
}

export function axType(field: FoField): string {
  return field.kind === 'string' ? 'String' : (AX_TYPES[field.file.type] ?? 'String');
}
