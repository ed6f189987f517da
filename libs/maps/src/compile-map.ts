import type { Cells, Side } from '@dualwrite/events';
import type { KeyResult, MapRules, References } from '@dualwrite/planner';
import { nativeIdOf, type TableSchema } from '@dualwrite/schemas';
import { companyField, compileField, type CompiledField } from './compile-field';
import { compileFilter, type RowTest } from './compile-filter';
import type { CompiledMap, MapLookup, ReferenceNeed } from './compiled-map';
import { compileDeactivation, deletePolicyOf } from './delete-policy';
import type { FilterDialect } from './filter';
import { compileLastChange } from './last-change';
import { businessKey, keyText } from './key-text';
import { parseFilter } from './parse-filter';
import type { ResolvedMap } from './resolved-map';
import type { FieldSpec } from './table-map';
import { uuid5 } from './uuid5';

/** Names of row ids that we choose (UUID version 5); never change it, or a repeated create makes a twin. */
const ROW_ID_NAMESPACE = '2b1d7a52-0c55-5c0e-9a53-5d6ff3f6a4f1';

/** The definition cannot be compiled: made by another build, or not resolved. */
export class MapNotResolved extends Error {
  readonly code = 'map-not-resolved';
}

export interface CompileOptions {
  /** Dataverse tables whose references travel after the row, its own table besides: see referenceCycles. */
  readonly follows?: ReadonlySet<string>;
}

const NONE: ReadonlySet<string> = new Set();

/**
 * A resolved definition (`MapRecord.definition`) as functions.
 *
 * @throws {MapNotResolved} console resolves definitions when they are applied; this one was not, or by a newer build
 */
export function compileMap(
  definition: unknown,
  version: number,
  { follows = NONE }: CompileOptions = {},
): CompiledMap {
  const map = resolvedMap(definition);
  const { spec, resolved } = map;
  const company = spec.company ?? null;
  const given = spec.fields.map((field) => compileField(map, field, { createOnly: false, follows }));
  const hasCompanyField =
    company === null || given.some((field) => field.column.dataverse === company.dataverse);
  const fields =
    hasCompanyField || company === null
      ? given
      : [compileField(map, companyField(company), { createOnly: true, follows: NONE }), ...given];
  const tests: Record<Side, RowTest> = { fo: rowTest(map, 'fo'), dataverse: rowTest(map, 'dataverse') };
  const keys = keyParts(map);
  const travels = (side: Side): boolean =>
    given.some((field) => field.direction === 'both' || field.direction === `to-${side}`);
  const creates = {
    fo: spec.policies?.create?.fo ?? travels('fo'),
    dataverse: spec.policies?.create?.dataverse ?? travels('dataverse'),
  };
  const lastChange = compileLastChange(spec.policies?.lastChange);
  const lookups = lookupsOf([...fields, ...keys]);
  const columns = {
    fo: Object.keys(resolved.fo.columns).sort(),
    dataverse: Object.keys(resolved.dataverse.columns).sort(),
  };
  return {
    name: map.metadata.name,
    version,
    table: { fo: resolved.fo.table, dataverse: resolved.dataverse.table },
    fields,
    conflict: spec.policies?.conflict ?? 'fo-wins',
    firstMeeting: spec.policies?.firstMeeting ?? 'fo-wins',
    ...(lastChange === undefined ? {} : { lastChange }),
    deleteVersusEdit: spec.policies?.deleteVersusEdit ?? 'park',
    creates,
    deletes: {
      fo: deletePolicyOf(spec.policies?.delete?.fo, creates.fo),
      dataverse: deletePolicyOf(spec.policies?.delete?.dataverse, creates.dataverse),
    },
    deactivation: deactivations(map),
    ...(spec.fo.reference === undefined ? {} : { reference: { fo: spec.fo.reference } }),
    ownIds: { fo: false, dataverse: true },
    hasIds: { fo: false, dataverse: true },
    tellsDeletes: { fo: false, dataverse: true },
    companyScoped: company !== null,
    companyColumn: { fo: company?.fo ?? null, dataverse: company?.dataverse ?? null },
    keyColumns: {
      fo: keys.flatMap(({ column }) => column.fo ?? []),
      dataverse: keys.flatMap(({ column }) => column.dataverse ?? []),
    },
    lookups,
    follows: [...follows].sort(),
    dependsOn: [...new Set(lookups.map((lookup) => lookup.table))]
      .filter((table) => table !== resolved.dataverse.table)
      .sort(),
    columns: (side) => columns[side],
    keyOf: (side, cells, references) => keyOf(map, keys, fields, side, cells, references),
    inScope: (side, cells) => tests[side](cells),
    // Dataverse names a row by its id; the register numbers the incarnations of an F&O key.
    isRowOf: (_side, nativeId, rowId) => rowId === nativeId || rowId.startsWith(`${nativeId}#`),
    newRowId: (side, sourceRowId) =>
      side === 'dataverse' ? uuid5(ROW_ID_NAMESPACE, `${map.metadata.name}\n${sourceRowId}`) : null,
    newNativeId: (side, rowId, patch) => (side === 'dataverse' ? rowId : foNativeId(map, patch)),
    referencesNeeded: (side, cells) => referencesNeeded([...fields, ...keys], side, cells),
    companyOf: (side, cells, companyCode) => {
      const cell = company === null ? null : (cells[company[side]] ?? null);
      const code = cell === null || side === 'fo' ? cell : (companyCode(String(cell)) ?? null);
      return code === null ? null : String(code).toLowerCase();
    },
  };
}

function resolvedMap(definition: unknown): ResolvedMap {
  const map = definition as Partial<ResolvedMap> | null;
  if (typeof map !== 'object' || map?.resolved?.form !== 1 || map.spec === undefined) {
    throw new MapNotResolved(
      'the definition holds no resolved facts of form 1: apply the map again with this build of console',
    );
  }
  return map as ResolvedMap;
}

function rowTest(map: ResolvedMap, side: Side): RowTest {
  const dialect: FilterDialect = side === 'fo' ? 'fo' : 'odata';
  const parsed = parseFilter(dialect, map.spec[side].filter ?? '');
  if ('problem' in parsed)
    throw new MapNotResolved(`the ${side} filter does not parse: ${parsed.problem.message}`);
  const byName = new Map(
    Object.values(map.resolved[side].columns).map((column) => [column.name.toLowerCase(), column]),
  );
  return compileFilter(
    parsed.filter,
    (name) => byName.get(name.toLowerCase()) ?? byName.get(name.toLowerCase().replace(/^_(.+)_value$/, '$1')),
  );
}

function deactivations(map: ResolvedMap): NonNullable<MapRules['deactivation']> {
  const fo = compileDeactivation(map, 'fo');
  const dataverse = compileDeactivation(map, 'dataverse');
  return { ...(fo && { fo }), ...(dataverse && { dataverse }) };
}

/** A key column goes by its field's value map, where it has one, so that both sides' keys come out alike. */
function keyParts(map: ResolvedMap): CompiledField[] {
  return map.spec.key.map((part) => {
    const field = map.spec.fields.find((one) => one.fo === part.fo && one.dataverse === part.dataverse);
    const spec: FieldSpec = {
      ...part,
      direction: 'both',
      ...(field?.valueMap === undefined ? {} : { valueMap: field.valueMap }),
    };
    return compileField(map, spec, { createOnly: false, follows: NONE });
  });
}

function keyOf(
  map: ResolvedMap,
  keys: readonly CompiledField[],
  fields: readonly CompiledField[],
  side: Side,
  cells: Cells,
  references: References,
): KeyResult {
  let company: string | null = null;
  if (map.spec.company !== undefined) {
    const column = map.spec.company[side];
    const field = fields.find((one) => one.column[side] === column);
    const code = foForm(field, side, cells, references);
    if (code.kind !== 'key') return code;
    company = code.key;
  }
  const parts: string[] = [];
  for (const part of keys) {
    const value = foForm(part, side, cells, references);
    if (value.kind !== 'key') return value;
    parts.push(value.key);
  }
  return { kind: 'key', key: businessKey(company, parts) };
}

/** One value in the form of F&O, whichever side it is read on. */
function foForm(
  field: CompiledField | undefined,
  side: Side,
  cells: Cells,
  references: References,
): KeyResult {
  const column = field?.column[side] ?? null;
  const cell = column === null ? null : (cells[column] ?? null);
  if (field === undefined || cell === null)
    return { kind: 'none', reason: `${column ?? 'key column'} is empty` };
  const value =
    side === 'fo' ? ({ kind: 'value', value: cell } as const) : field.convert('fo', cell, cells, references);
  if (value.kind === 'wait') return value;
  if (value.kind === 'refused') return { kind: 'none', reason: value.text };
  const text = keyText(value.value);
  return text === null ? { kind: 'none', reason: `${column} is empty` } : { kind: 'key', key: text };
}

/** Null where the patch lacks a part of the key: then the side numbers the row itself. */
function foNativeId(map: ResolvedMap, patch: Cells): string | null {
  const { table, key } = map.resolved.fo;
  if (key.some((name) => patch[name] === undefined)) return null;
  const companyColumn = map.spec.company?.fo ?? null;
  const schema: TableSchema = {
    side: 'fo',
    table,
    entitySet: table,
    entityType: table,
    key,
    columns: new Map(),
    companyColumn,
  };
  return nativeIdOf(schema, patch);
}

function lookupsOf(fields: readonly CompiledField[]): MapLookup[] {
  const found = new Map<string, MapLookup>();
  for (const { lookups, column } of fields) {
    for (const lookup of lookups) {
      found.set(`${lookup.column}.${lookup.table}.${lookup.keyColumn.name}`, {
        column: lookup.column,
        foColumn: column.fo,
        table: lookup.table,
        primaryKey: lookup.primaryKey,
        keyColumn: lookup.keyColumn.name,
        companyColumn: lookup.companyColumn,
        companyScoped: lookup.companyColumn !== null,
      });
    }
  }
  return [...found.values()];
}

function referencesNeeded(fields: readonly CompiledField[], side: Side, cells: Cells): ReferenceNeed[] {
  const needs = new Map<string, ReferenceNeed>();
  for (const field of fields) {
    if (field.lookups.length === 0) continue;
    for (const need of side === 'fo' ? idNeeds(field, cells) : valueNeeds(field, cells)) {
      const what = need.kind === 'id' ? `${need.company}/${String(need.value)}` : need.nativeId;
      needs.set(`${need.kind}/${need.table}/${need.column}/${what}`, need);
    }
  }
  return [...needs.values()];
}

function idNeeds(field: CompiledField, cells: Cells): ReferenceNeed[] {
  return field.lookupKeys(cells).map(({ lookup, value, company }) => ({
    kind: 'id',
    table: lookup.table,
    column: lookup.keyColumn.name,
    value,
    company,
  }));
}

function valueNeeds(field: CompiledField, cells: Cells): ReferenceNeed[] {
  const column = field.column.dataverse;
  const target = column === null ? null : field.targetOf(cells[column] ?? null);
  if (target === null) return [];
  const { table, keyColumn, companyColumn } = target.lookup;
  return [keyColumn.name, ...(companyColumn === null ? [] : [companyColumn])].map((one) => ({
    kind: 'value',
    table,
    column: one,
    nativeId: target.id,
  }));
}
