import { SIDES, type Cell, type Side } from '@dualwrite/events';
import type { MapRules, References } from '@dualwrite/planner';
import { agree, cellOf } from './agreement';
import type { FreshRow } from './map-evidence';

/**
 * `missing`: in F&O, and not in Dataverse; `extra`: the other way about; `different`: a field says something else;
 * `doubled`: several rows of one key on one side; `no-key`: a row that no partner can be found for.
 */
export type DifferenceKind = 'missing' | 'extra' | 'different' | 'doubled' | 'no-key';

/** One thing in which the two sides of a map are not the same. */
export interface Difference {
  readonly map: string;
  readonly kind: DifferenceKind;
  /** Business key; null where it cannot be told. */
  readonly key: string | null;
  /** How each side names its row; null: it has none, or (doubled) several. */
  readonly rows: Readonly<Record<Side, string | null>>;
  /** Of `different`. */
  readonly field?: string;
  readonly values?: Readonly<Record<Side, Cell>>;
  readonly text?: string;
}

type Sided = Readonly<Record<Side, readonly FreshRow[]>>;

/** Rows of one map, read from both sides just now, by what the map says that they should have in common. */
export interface SideRows {
  readonly rules: MapRules;
  readonly rows: Sided;
  readonly references: References;
}

/** Rows that may have to be held against each other have one name; both sides compare keys without case. */
export function keyNameOf(rules: MapRules, side: Side, row: FreshRow, references: References): string {
  const key = rules.keyOf(side, row.cells, references);
  return key.kind === 'key' ? key.key.toLowerCase() : `${side} ${row.nativeId}`;
}

/** Holds both sides against each other; what anybody remembers of them has no say. */
export function compareSides({ rules, rows, references }: SideRows): readonly Difference[] {
  const byKey = new Map<string, { key: string; fo: FreshRow[]; dataverse: FreshRow[] }>();
  const found: Difference[] = [];
  const outOfScope = new Set<string>();
  for (const side of SIDES) {
    for (const row of rows[side]) {
      const isInScope = rules.inScope(side, row.cells);
      const key = rules.keyOf(side, row.cells, references);
      if (key.kind !== 'key') {
        if (isInScope) found.push(withoutKey(rules, side, row));
        continue;
      }
      // Both sides compare keys without case.
      const name = key.key.toLowerCase();
      if (!isInScope) {
        outOfScope.add(name);
        continue;
      }
      const known = byKey.get(name) ?? { key: key.key, fo: [], dataverse: [] };
      known[side].push(row);
      byKey.set(name, known);
    }
  }
  for (const [name, { key, ...sided }] of byKey) {
    // A row that the map's filter leaves out holds its key: nothing is made beside it.
    const isAlone = sided.fo.length === 0 || sided.dataverse.length === 0;
    if (isAlone && outOfScope.has(name)) continue;
    found.push(...compareKey(key, sided, { rules, references }));
  }
  return found;
}

function withoutKey(rules: MapRules, side: Side, { nativeId }: FreshRow): Difference {
  return {
    map: rules.name,
    kind: 'no-key',
    key: null,
    rows: { fo: null, dataverse: null, [side]: nativeId },
    text: `row ${nativeId} of ${side} has no business key, or points at a row that is not there`,
  };
}

function compareKey(
  key: string,
  sided: Sided,
  { rules, references }: Pick<SideRows, 'rules' | 'references'>,
): readonly Difference[] {
  const common = { map: rules.name, key, rows: { fo: onlyId(sided.fo), dataverse: onlyId(sided.dataverse) } };
  const doubled = SIDES.filter((side) => sided[side].length > 1);
  if (doubled.length > 0) {
    return doubled.map((side) => ({
      ...common,
      kind: 'doubled',
      text: `${sided[side].length} rows of this key are in ${side}: ${sided[side].map(({ nativeId }) => nativeId).join(', ')}`,
    }));
  }
  const [fo] = sided.fo;
  const [dataverse] = sided.dataverse;
  if (fo === undefined) return rules.creates.fo ? [{ ...common, kind: 'extra' }] : [];
  if (dataverse === undefined) return rules.creates.dataverse ? [{ ...common, kind: 'missing' }] : [];
  const cells = { fo: fo.cells, dataverse: dataverse.cells };
  return rules.fields
    .filter((rule) => !agree(rule, cells, references))
    .map((rule) => ({
      ...common,
      kind: 'different',
      field: rule.name,
      values: { fo: cellOf(rule, 'fo', cells.fo), dataverse: cellOf(rule, 'dataverse', cells.dataverse) },
    }));
}

function onlyId(rows: readonly FreshRow[]): string | null {
  const [row, another] = rows;
  return row === undefined || another !== undefined ? null : row.nativeId;
}

/** Two looks found the same thing, whatever its values were. */
export function differenceName({ map, kind, key, rows, field }: Difference): string {
  return [map, kind, key?.toLowerCase() ?? `${rows.fo}/${rows.dataverse}`, field ?? ''].join('\n');
}
