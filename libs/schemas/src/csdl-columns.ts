import type { Side } from '@dualwrite/events';
import { isRecord, resolveType, type CsdlDocument } from './csdl-document';
import type { Column, ColumnType, LookupTarget } from './table-schema';

const TYPES: Readonly<Record<string, ColumnType>> = {
  'Edm.String': 'string',
  'Edm.Decimal': 'decimal',
  'Edm.Double': 'double',
  'Edm.Single': 'double',
  'Edm.Byte': 'int32',
  'Edm.SByte': 'int32',
  'Edm.Int16': 'int32',
  'Edm.Int32': 'int32',
  'Edm.Int64': 'int64',
  'Edm.Boolean': 'boolean',
  'Edm.Date': 'date',
  'Edm.DateTimeOffset': 'datetime',
  'Edm.Guid': 'guid',
  'Edm.Binary': 'binary',
};

/** F&O shows days and moments alike, as DateTimeOffset; its own annotation tells them apart. */
const AX_TYPE = '@Microsoft.Dynamics.OData.Core.V1.AXType';

/** Columns declared by one entity type; navigation properties and collections are no columns. */
export function columnsOf(
  side: Side,
  document: CsdlDocument,
  type: Readonly<Record<string, unknown>>,
  setOfType: ReadonlyMap<string, string>,
): Column[] {
  const targets =
    side === 'dataverse' ? lookupTargets(document, type, setOfType) : new Map<string, LookupTarget[]>();
  const columns: Column[] = [];
  for (const [name, member] of Object.entries(type)) {
    if (name.startsWith('$') || name.includes('@') || !isRecord(member)) continue;
    if (member['$Kind'] !== undefined || member['$Collection'] === true) continue;
    const column = columnOf(document, name, member, targets);
    if (column !== null) columns.push(column);
  }
  return columns;
}

function columnOf(
  document: CsdlDocument,
  name: string,
  property: Record<string, unknown>,
  targets: ReadonlyMap<string, LookupTarget[]>,
): Column | null {
  const nullable = property['$Nullable'] === true;
  const lookup = lookupColumnName(name);
  if (lookup !== null && property['$Type'] === 'Edm.Guid') {
    return { name: lookup, type: 'lookup', nullable: true, targets: targets.get(name) ?? [] };
  }
  const declared = typeof property['$Type'] === 'string' ? property['$Type'] : 'Edm.String'; // CSDL JSON leaves out the commonest
  const type = property[AX_TYPE] === 'Date' && declared === 'Edm.DateTimeOffset' ? 'date' : TYPES[declared];
  if (type === undefined) {
    const enumeration = resolveType(document, declared);
    if (enumeration.type?.['$Kind'] !== 'EnumType') return null; // complex and structured types hold no single value
    return { name, type: 'enum', nullable, symbols: symbolsOf(enumeration.type), enumType: enumeration.name };
  }
  const maxLength = type === 'string' ? property['$MaxLength'] : undefined;
  const scale = type === 'decimal' ? property['$Scale'] : undefined; // absent or `Variable`: not known
  return {
    name,
    type,
    nullable,
    ...(typeof maxLength === 'number' ? { maxLength } : {}),
    ...(typeof scale === 'number' ? { scale } : {}),
  };
}

/** Symbols by ascending number: the first one is what an untouched F&O enum holds. */
function symbolsOf(enumeration: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(enumeration)
    .filter(
      (member): member is [string, number] =>
        !member[0].startsWith('$') && !member[0].includes('@') && typeof member[1] === 'number',
    )
    .sort((left, right) => left[1] - right[1])
    .map(([symbol]) => symbol);
}

/** `_parentaccountid_value` -> `parentaccountid`; null for any other name. */
function lookupColumnName(property: string): string | null {
  return /^_(.+)_value$/.exec(property)?.[1] ?? null;
}

/** By property (`_x_value`): a polymorphic lookup has one navigation property per table it may point at. */
function lookupTargets(
  document: CsdlDocument,
  type: Readonly<Record<string, unknown>>,
  setOfType: ReadonlyMap<string, string>,
): Map<string, LookupTarget[]> {
  const targets = new Map<string, LookupTarget[]>();
  for (const [navigationProperty, member] of Object.entries(type)) {
    if (!isRecord(member) || member['$Kind'] !== 'NavigationProperty' || member['$Collection'] === true)
      continue;
    const constraint = member['$ReferentialConstraint'];
    if (!isRecord(constraint) || typeof member['$Type'] !== 'string') continue;
    const { name } = resolveType(document, member['$Type']);
    const entitySet = setOfType.get(name);
    if (entitySet === undefined) continue; // a table without an entity set can be neither read nor bound
    const target: LookupTarget = {
      table: name.slice(name.lastIndexOf('.') + 1),
      entitySet,
      navigationProperty,
    };
    for (const property of Object.keys(constraint)) {
      if (!property.includes('@')) targets.set(property, [...(targets.get(property) ?? []), target]);
    }
  }
  return targets;
}
