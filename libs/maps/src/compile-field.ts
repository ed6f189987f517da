import type { Cell, Cells, Side } from '@dualwrite/events';
import type { Converted, FieldRule, References, Wanted } from '@dualwrite/planner';
import { polymorphicCell, polymorphicTarget } from '@dualwrite/schemas';
import { admitsCell } from './admits-cell';
import { cellOf } from './cell-of';
import { convertCell, intoColumn } from './convert-cell';
import { keyText } from './key-text';
import { parseDataversePath, stepName } from './lookup-path';
import type { ResolvedColumn, ResolvedLookup, ResolvedMap } from './resolved-map';
import { COMPANY_CODE_COLUMN, COMPANY_TABLE } from './resolved-map';
import { sameCell } from './same-cell';
import type { FieldSpec, MapValue } from './table-map';
import { compileValueMap, type ValueMap } from './value-map';

export interface CompiledField extends FieldRule {
  /** Part of what a row is known by: given when the row is made, never changed afterwards (F&O refuses it). */
  readonly createOnly: boolean;
  /** Where its target may be; several for a lookup that may point at several tables, the first that knows a key has it. */
  readonly lookups: readonly ResolvedLookup[];
  /** May the side show `seen` after a write of ours sent `sent`? See admitsCell. */
  admits(side: Side, sent: Cell, seen: Cell): boolean;
  /** The value that a person gives for this field, in the form of that side's column. */
  given(side: Side, value: MapValue): Converted;
  /** Keys by which this field's target is searched for in each of its tables; none: nothing to look up. */
  lookupKeys(source: Cells): readonly LookupKey[];
  /** The row that a cell of this lookup points at; null: it is empty, or points at a table that the map does not follow. */
  targetOf(cell: Cell): { readonly lookup: ResolvedLookup; readonly id: string } | null;
}

export interface LookupKey {
  readonly lookup: ResolvedLookup;
  readonly value: Cell;
  readonly company: string | null;
}

/** Everything that one field's two directions work with. */
interface FieldParts {
  readonly spec: FieldSpec;
  readonly fo: ResolvedColumn | null;
  /** Column of the mapped table: the lookup itself, where it is one. */
  readonly own: ResolvedColumn | null;
  /** Column whose type the value has: a lookup's key column in its (first) target table. */
  readonly leaf: ResolvedColumn | null;
  readonly lookups: readonly ResolvedLookup[];
  readonly valueMap: ValueMap | null;
  readonly company: { readonly fo: string; readonly dataverse: string } | null;
  readonly map: string;
}

export function compileField(
  map: ResolvedMap,
  spec: FieldSpec,
  options: { readonly createOnly: boolean; readonly follows: ReadonlySet<string> },
): CompiledField {
  const parts = partsOf(map, spec);
  const isConstant = parts.fo === null || parts.own === null;
  return {
    name: `${spec.fo ?? ''}=${spec.dataverse ?? ''}`,
    column: { fo: parts.fo?.name ?? null, dataverse: parts.own?.name ?? null },
    direction: spec.direction ?? 'both',
    // A constant only fills what is new: the other side's users may choose otherwise later.
    drift: spec.drift ?? (isConstant ? 'leave' : 'repair'),
    conflict: spec.conflict ?? null,
    deferrable: parts.lookups.some(
      ({ table }) => table === map.resolved.dataverse.table || options.follows.has(table),
    ),
    createOnly: options.createOnly,
    isReference: parts.lookups.length > 0 && !options.createOnly,
    lookups: parts.lookups,
    lookupKeys: (source) => lookupKeys(parts, source),
    targetOf: (cell) => targetOf(parts, cell),
    ...(parts.fo !== null && map.resolved.fo.key.includes(parts.fo.name) ? { fixedOn: 'fo' } : {}),
    convert: (to, value, source, references) =>
      to === 'dataverse'
        ? toDataverse(parts, value, source, references)
        : toFo(parts, value, source, references),
    same: (side, left, right) => {
      const column = side === 'fo' ? parts.fo : parts.own;
      if (column === null || left === right) return left === right;
      // F&O compares keys without case and cannot change them: another letter case is no edit that could travel.
      if (side === 'fo' && isFoKey(map, column)) return keyText(left) === keyText(right);
      return sameCell(side, column, left, right, isOneWayToFo(spec) ? 'default' : 'null');
    },
    given: (side, value) => given(parts, side, value),
    admits: (side, sent, seen) => {
      const column = side === 'fo' ? parts.fo : parts.own;
      return column === null ? sent === seen : admitsCell(side, column, sent, seen);
    },
  };
}

function given(parts: FieldParts, side: Side, value: MapValue): Converted {
  const column = side === 'fo' ? parts.fo : parts.own;
  if (column === null)
    return { kind: 'refused', code: 'no-column', text: `the field has no column in ${side}` };
  if (parts.lookups.length > 0)
    return {
      kind: 'refused',
      code: 'value-of-a-lookup',
      text: `${column.name} points at another row: take one side's, or edit it there`,
    };
  const cell = cellOf(column, value);
  return cell === undefined
    ? {
        kind: 'refused',
        code: 'value-not-of-type',
        text: `${JSON.stringify(value)} is no value of ${column.name}, which is of type ${column.type}`,
      }
    : intoColumn(side, column, cell, 'refuse');
}

function partsOf(map: ResolvedMap, spec: FieldSpec): FieldParts {
  const { resolved } = map;
  const path = spec.dataverse === undefined ? undefined : parseDataversePath(spec.dataverse);
  const fo = spec.fo === undefined ? null : (resolved.fo.columns[spec.fo] ?? missing(map, spec.fo));
  const own =
    path === undefined ? null : (resolved.dataverse.columns[path.column] ?? missing(map, path.column));
  const lookups =
    path?.kind === 'lookup'
      ? path.steps.map((step) => {
          const name = `${path.column}.${stepName(step)}`;
          return resolved.lookups[name] ?? missing(map, name);
        })
      : [];
  const leaf = lookups[0]?.keyColumn ?? own;
  return {
    spec,
    fo,
    own,
    leaf,
    lookups,
    valueMap:
      spec.valueMap !== undefined && fo !== null && leaf !== null
        ? compileValueMap(spec.valueMap, fo, leaf)
        : null,
    company: map.spec.company ?? null,
    map: map.metadata.name,
  };
}

/**
 * Only Dataverse's value counts: an empty one that F&O shows as its default is no drift. Both ways, F&O's default is a
 * value like any other: it travels back, and then both sides show the same.
 */
function isOneWayToFo(spec: FieldSpec): boolean {
  return spec.direction === 'to-fo';
}

function isFoKey(map: ResolvedMap, column: ResolvedColumn): boolean {
  return column.type === 'string' && map.resolved.fo.key.includes(column.name);
}

function missing(map: ResolvedMap, name: string): never {
  throw new TypeError(`map ${map.metadata.name} was resolved without ${name}: apply it anew`);
}

function toDataverse(parts: FieldParts, value: Cell, source: Cells, references: References): Converted {
  const { lookups } = parts;
  if (lookups.length === 0) return leafValue(parts, value);
  const wanted: Wanted[] = [];
  let refused: Converted | undefined;
  for (const lookup of lookups) {
    const leaf = leafValue({ ...parts, leaf: lookup.keyColumn }, value);
    if (leaf.kind === 'value' && leaf.value === null) return leaf;
    if (leaf.kind !== 'value') {
      refused ??= leaf;
      continue;
    }
    const company = companyFor(parts, lookup, source);
    const { table, keyColumn } = lookup;
    const id = references.idOf(table, keyColumn.name, leaf.value, company);
    if (id !== undefined)
      return { kind: 'value', value: lookup.isPolymorphic ? polymorphicCell({ table, id }) : id };
    wanted.push({ side: 'dataverse', table, column: keyColumn.name, value: String(leaf.value), company });
  }
  const [first, ...others] = wanted;
  if (first === undefined) return refused ?? { kind: 'value', value: null };
  return { kind: 'wait', wanted: first, ...(others.length > 0 ? { alternatives: others } : {}) };
}

/** The value in the form of the Dataverse column, or of the key column that the lookup searches by. */
function leafValue(parts: FieldParts, value: Cell): Converted {
  const { leaf, fo, spec } = parts;
  if (leaf === null) return { kind: 'value', value: null };
  if (spec.default !== undefined && (fo === null || value === null)) {
    return intoColumn('dataverse', leaf, cellOf(leaf, spec.default) ?? null, overflowOf(parts));
  }
  if (fo === null) return { kind: 'value', value: null };
  if (parts.valueMap !== null) {
    const mapped = parts.valueMap.toDataverse(value);
    if (mapped !== undefined) return intoColumn('dataverse', leaf, mapped, overflowOf(parts));
    // A default of F&O's that the map has no word for means what it means in F&O: nothing was chosen.
    return sameCell('fo', fo, value, null) ? { kind: 'value', value: null } : notInMap(parts, value);
  }
  return convertCell('dataverse', fo, leaf, value, overflowOf(parts));
}

function toFo(parts: FieldParts, value: Cell, source: Cells, references: References): Converted {
  const { fo, leaf, spec } = parts;
  if (fo === null) return { kind: 'value', value: null };
  const read = keyOfTarget(parts, value, source, references);
  if (read.kind !== 'value') return read;
  if (spec.default !== undefined && (leaf === null || read.value === null)) {
    return intoColumn('fo', fo, cellOf(fo, spec.default) ?? null, overflowOf(parts));
  }
  if (leaf === null) return { kind: 'value', value: null };
  if (parts.valueMap !== null) {
    const mapped = parts.valueMap.toFo(read.value);
    if (mapped !== undefined) return intoColumn('fo', fo, mapped, overflowOf(parts));
    if (read.value !== null) return notInMap(parts, read.value);
  }
  if (read.value === null && !isOneWayToFo(spec)) return { kind: 'value', value: null };
  return convertCell('fo', leaf, fo, read.value, overflowOf(parts));
}

/** A lookup's GUID becomes the key of the row it points at; other values are themselves. */
function keyOfTarget(parts: FieldParts, value: Cell, source: Cells, references: References): Converted {
  if (parts.lookups.length === 0 || value === null) return { kind: 'value', value };
  const target = targetOf(parts, value);
  if (target === null) return pointsAtOtherTable(parts, value);
  const { lookup, id } = target;
  const wanted = waitFor({ table: lookup.table, column: lookup.primaryKey, value: id, company: null });
  const key = references.valueOf(lookup.table, lookup.keyColumn.name, id);
  if (key === undefined || key === null) return wanted; // without its key, F&O cannot be told which row is meant
  if (lookup.companyColumn !== null && parts.company !== null) {
    const company = references.valueOf(lookup.table, lookup.companyColumn, id);
    const own = source[parts.company.dataverse] ?? null;
    if (company === undefined) return wanted;
    if (company !== null && own !== null && String(company).toLowerCase() !== String(own).toLowerCase()) {
      // F&O would take the key for a row of its own company, and so refer to something else.
      return {
        kind: 'refused',
        code: 'lookup-of-another-company',
        text: `${lookup.column} points at ${lookup.table} ${String(key)} of another company`,
      };
    }
  }
  return {
    kind: 'value',
    value:
      lookup.table === COMPANY_TABLE && parts.company?.fo === parts.fo?.name
        ? String(key).toLowerCase()
        : key,
  };
}

function targetOf({ lookups }: FieldParts, cell: Cell): { lookup: ResolvedLookup; id: string } | null {
  const [first] = lookups;
  if (cell === null || first === undefined) return null;
  if (!first.isPolymorphic) return { lookup: first, id: String(cell).toLowerCase() };
  const target = polymorphicTarget(cell);
  const lookup = lookups.find(({ table }) => table === target?.table);
  return target === null || lookup === undefined ? null : { lookup, id: target.id.toLowerCase() };
}

function pointsAtOtherTable({ lookups, own, map }: FieldParts, cell: Cell): Converted {
  return {
    kind: 'refused',
    code: 'lookup-of-another-table',
    text: `${own?.name ?? ''} points at ${String(cell)}; map ${map} follows it to ${lookups.map(({ table }) => table).join(', ')} only`,
  };
}

function lookupKeys(parts: FieldParts, source: Cells): LookupKey[] {
  const { fo, lookups } = parts;
  return lookups.flatMap((lookup) => {
    const leaf = leafValue(
      { ...parts, leaf: lookup.keyColumn },
      fo === null ? null : (source[fo.name] ?? null),
    );
    return leaf.kind === 'value' && leaf.value !== null
      ? [{ lookup, value: leaf.value, company: companyFor(parts, lookup, source) }]
      : [];
  });
}

function companyFor(parts: FieldParts, lookup: ResolvedLookup, source: Cells): string | null {
  if (lookup.companyColumn === null || parts.company === null) return null;
  const company = source[parts.company.fo] ?? null;
  return company === null ? null : String(company).toLowerCase();
}

function overflowOf(parts: FieldParts): 'refuse' | 'truncate' {
  return parts.spec.onOverflow ?? 'refuse';
}

function notInMap(parts: FieldParts, value: Cell): Converted {
  const field = `${parts.spec.fo ?? ''}=${parts.spec.dataverse ?? ''}`;
  return {
    kind: 'refused',
    code: 'value-not-in-map',
    text: `${JSON.stringify(value)} is not in the value map of ${field} in map ${parts.map}`,
  };
}

function waitFor(wanted: Omit<Wanted, 'side'>): Converted {
  return { kind: 'wait', wanted: { side: 'dataverse', ...wanted } };
}

/** The company travels by its code; see MapSpec.company. */
export function companyField(company: { readonly fo: string; readonly dataverse: string }): FieldSpec {
  return { fo: company.fo, dataverse: `${company.dataverse}.${COMPANY_CODE_COLUMN}`, direction: 'both' };
}
