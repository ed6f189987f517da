import type { Side } from '@dualwrite/events';
import { SIDES } from '@dualwrite/events';
import { compileMap } from '@dualwrite/maps';
import { compareSides, type Difference, type FreshRow, type PairView } from '@dualwrite/proof';
import type { StoredMap } from '../map-store';
import type { MapperClient } from '../mapper-client';
import type { FreshRows } from '../looks/fresh-rows';
import { referencesOf } from '../looks/fresh-references';

/** Rows that a report names: what differed between them, as far as it concerns fields. */
export interface ReportedRow {
  readonly map: string;
  readonly key: string | null;
  readonly rows: Readonly<Record<Side, string | null>>;
  readonly fields: readonly string[];
}

/** A reported row as both sides and the mapper have it now. */
export interface RowEvidence {
  readonly row: ReportedRow;
  readonly pairs: readonly PairView[];
  readonly now: Readonly<Record<Side, readonly FreshRow[]>>;
  /** What is still not the same. */
  readonly differences: readonly Difference[];
}

const CALL_ROW_COUNT_MAX = 500;
const ASIDE = new Set(['parked', 'waiting', 'held', 'filtered']);

/** Looks at rows of one map: their pairs, and the rows themselves by the ids that report and pairs know. */
export async function lookAtRows(
  map: StoredMap,
  rows: readonly ReportedRow[],
  from: { readonly mapper: MapperClient; readonly fresh: FreshRows },
): Promise<readonly RowEvidence[]> {
  const rules = compileMap(map.definition, map.version);
  const pairs = await pairsOf(from.mapper, map.name, rows);
  const named = rows.map((row) => ({ row, pairs: pairs.filter((pair) => isOf(pair, row)) }));
  const ids = (side: Side): string[] => [
    ...new Set(named.flatMap(({ row, pairs: own }) => idsOf(side, row, own))),
  ];
  const [fo, dataverse, references] = await Promise.all([
    from.fresh.byIds('fo', rules.table.fo, ids('fo')),
    from.fresh.byIds('dataverse', rules.table.dataverse, ids('dataverse')),
    referencesOf(rules, from.fresh),
  ]);
  const found = { fo, dataverse };
  return named.map(({ row, pairs: own }) => {
    const shown = (side: Side): FreshRow[] =>
      idsOf(side, row, own).flatMap((id) => found[side].get(id) ?? []);
    const now = { fo: shown('fo'), dataverse: shown('dataverse') };
    return { row, pairs: own, now, differences: compareSides({ rules, rows: now, references }) };
  });
}

/** Nothing is on its way for the row, and the mapper has seen it as the sides show it. */
export function isSettled({ pairs, now }: RowEvidence): boolean {
  return (
    pairs.length > 0 &&
    pairs.every(({ open }) => open === 0) &&
    SIDES.every((side) =>
      now[side].every(({ nativeId, version }) =>
        pairs.some((pair) => pair.rows[side]?.nativeId === nativeId && pair.rows[side].version === version),
      ),
    )
  );
}

/** Why the row is left as it is; null: no pair of it says so. */
export function asideOf(pairs: readonly PairView[]): string | null {
  const aside = pairs.find(
    ({ parks, verdict }) => parks.length > 0 || (verdict !== null && ASIDE.has(verdict)),
  );
  if (aside === undefined) return null;
  return aside.parks[0] === undefined ? aside.verdict : `parked: ${aside.parks.join(', ')}`;
}

export async function pairsOf(
  mapper: MapperClient,
  map: string,
  rows: readonly ReportedRow[],
): Promise<readonly PairView[]> {
  const pairs: PairView[] = [];
  for (let from = 0; from < rows.length; from += CALL_ROW_COUNT_MAX) {
    const body = { rows: rows.slice(from, from + CALL_ROW_COUNT_MAX).map(forMapper) };
    const answer = await mapper.ask<{ pairs: readonly PairView[] }>(map, 'repairs/pairs', {
      method: 'POST',
      body,
    });
    pairs.push(...answer.pairs);
  }
  return pairs;
}

/** As the mapper is told of a row. */
export function forMapper({ rows, fields }: ReportedRow): Pick<ReportedRow, 'rows' | 'fields'> {
  return { rows, fields };
}

export function isOf(pair: PairView, { rows }: Pick<ReportedRow, 'rows'>): boolean {
  return SIDES.some((side) => rows[side] !== null && pair.rows[side]?.nativeId === rows[side]);
}

function idsOf(side: Side, { rows }: ReportedRow, pairs: readonly PairView[]): readonly string[] {
  const known = pairs.flatMap((pair) => pair.rows[side]?.nativeId ?? []);
  return [...new Set([...(rows[side] === null ? [] : [rows[side]]), ...known])];
}
