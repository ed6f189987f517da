import type { FieldSpec, TableMap } from '@dualwrite/maps';
import type { Column, TableSchema } from '@dualwrite/schemas';
import { isCustomName } from './names';
import type { ColumnDefinition, TableDefinition } from './table-definition';

/** What is known of the sides: their tables as they are, by the names that maps use. */
export interface KnownTables {
  readonly fo: (entity: string) => TableSchema | undefined;
  readonly dataverse: (table: string) => TableSchema | undefined;
}

const COMPANY_TABLE = 'cdm_company';
const TEXT_LENGTH = 255;
const TEXT_LENGTH_MAX = 4_000;
const NAME_LENGTH = 100;
const GUID_LENGTH = 36;
const SCALE = 6;
const SCALE_MAX = 10;

/**
 * Definitions for what these maps name in Dataverse and nobody has defined: a column takes its type from the F&O field
 * that it is mapped to. What Dataverse has, what is defined already, and lookups, whose target a map does not name, stay out.
 */
export function deriveDefinitions(
  maps: readonly TableMap[],
  known: KnownTables,
  defined: readonly TableDefinition[],
): TableDefinition[] {
  const made = new Map(defined.map((one) => [one.table, one]));
  for (const map of maps) {
    const { table } = map.spec.dataverse;
    const actual = known.dataverse(table);
    const before = made.get(table);
    if (actual === undefined && before === undefined && !isCustomName(table)) continue;
    const has = (name: string): boolean =>
      actual?.columns.has(name) === true || before?.columns.some((one) => one.name === name) === true;
    const columns = derivedColumns(map, known.fo(map.spec.fo.entity)).filter(({ name }) => !has(name));
    const primaryName = map.spec.key.find((part) => !part.dataverse.includes('.'))?.dataverse;
    if (columns.length === 0 || (actual === undefined && before === undefined && primaryName === undefined))
      continue;
    const base = before ?? newTable(table, actual, map.metadata.description, primaryName);
    made.set(table, { ...base, columns: [...base.columns, ...columns.map((one) => asName(one, base))] });
  }
  return [...made.values()];
}

function newTable(
  table: string,
  actual: TableSchema | undefined,
  displayName: string | undefined,
  primaryName: string | undefined,
): TableDefinition {
  if (actual !== undefined) return { table, entitySet: actual.entitySet, isStandard: true, columns: [] };
  return {
    table,
    entitySet: `${table}s`,
    columns: [],
    ...(displayName === undefined ? {} : { displayName: displayName.slice(0, NAME_LENGTH) }),
    ...(primaryName === undefined ? {} : { primaryName }),
  };
}

/** A table is known by a text. */
function asName(column: ColumnDefinition, { primaryName }: TableDefinition): ColumnDefinition {
  return column.name === primaryName ? { name: column.name, type: 'string', maxLength: NAME_LENGTH } : column;
}

function derivedColumns({ spec }: TableMap, fo: TableSchema | undefined): ColumnDefinition[] {
  const pairs = [...spec.fields, ...spec.key.map((part): FieldSpec => part)];
  const columns = new Map<string, ColumnDefinition>();
  for (const field of pairs) {
    const name = field.dataverse;
    const source = field.fo === undefined ? undefined : findColumn(fo, field.fo);
    if (name === undefined || source === undefined || !isCustomName(name) || columns.has(name)) continue;
    const column = deriveColumn(name, source, field.valueMap);
    if (column !== null) columns.set(name, column);
  }
  const company = spec.company?.dataverse;
  if (company !== undefined && isCustomName(company))
    columns.set(company, { name: company, type: 'lookup', target: COMPANY_TABLE });
  return [...columns.values()];
}

function deriveColumn(
  name: string,
  source: Column,
  valueMap: FieldSpec['valueMap'],
): ColumnDefinition | null {
  const values = Object.entries(valueMap ?? {});
  if (values.length > 0 && values.every(([, value]) => typeof value === 'boolean'))
    return { name, type: 'boolean' };
  if (values.length > 0 && values.every(([, value]) => Number.isInteger(Number(value)) && value !== null)) {
    // Several F&O values may share an option; the empty one has no words of its own.
    const options = new Map(values.map(([label, value]) => [Number(value), label || String(value)]));
    return { name, type: 'picklist', options: [...options].map(([value, label]) => ({ value, label })) };
  }
  switch (source.type) {
    case 'string':
      return { name, type: 'string', maxLength: Math.min(source.maxLength ?? TEXT_LENGTH, TEXT_LENGTH_MAX) };
    case 'enum':
      return { name, type: 'string', maxLength: NAME_LENGTH };
    case 'guid':
      return { name, type: 'string', maxLength: GUID_LENGTH };
    case 'decimal':
    case 'double':
      return { name, type: 'decimal', scale: Math.min(source.scale ?? SCALE, SCALE_MAX) };
    case 'int32':
      return { name, type: 'integer' };
    case 'int64':
      return { name, type: 'bigint' };
    case 'boolean':
    case 'date':
    case 'datetime':
      return { name, type: source.type };
    case 'lookup':
    case 'binary':
      return null;
  }
}

function findColumn(schema: TableSchema | undefined, name: string): Column | undefined {
  const exact = schema?.columns.get(name);
  if (exact !== undefined || schema === undefined) return exact;
  return [...schema.columns.values()].find((column) => column.name.toLowerCase() === name.toLowerCase());
}
