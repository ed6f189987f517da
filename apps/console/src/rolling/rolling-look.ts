import { otherSide, type Side } from '@dualwrite/events';
import { compileMap, type CompiledMap } from '@dualwrite/maps';
import {
  compareSides,
  differenceName,
  type Difference,
  type FreshRow,
  type PairView,
} from '@dualwrite/proof';
import type { StoredMap } from '../map-store';
import type { FreshRows } from '../looks/fresh-rows';
import { referencesOf } from '../looks/fresh-references';
import { asideOf, isOf, type ReportedRow } from '../verify/row-evidence';

export interface RollingSources {
  /** References are read once per set of rows; rows that are asked for by id, or by page, each time. */
  freshRows(rules: CompiledMap): FreshRows;
  pairs(map: string, rows: readonly ReportedRow[]): Promise<readonly PairView[]>;
}

/** A portion of one side's table, and what differs between its rows and their partners. */
export interface PortionLook {
  readonly nextCursor: string | null;
  /** Of both sides: what the budget is asked for. */
  readonly rowCount: number;
  readonly nativeIds: Readonly<Record<Side, readonly string[]>>;
  readonly differences: readonly Difference[];
}

/** Reads a portion, and the partners that the mapper knows of its rows. */
export async function lookAtPortion(
  map: StoredMap,
  at: { readonly side: Side; readonly cursor: string | null; readonly rowCountMax: number },
  { fresh, pairs: pairsOf }: { readonly fresh: FreshRows; readonly pairs: RollingSources['pairs'] },
): Promise<PortionLook> {
  const rules = compileMap(map.definition, map.version);
  const { side } = at;
  const page = await fresh.page(side, rules.table[side], at);
  const reported = page.rows.map((row) => reportedAs(map.name, side, row.nativeId));
  const pairs = reported.length === 0 ? [] : await pairsOf(map.name, reported);
  const other = otherSide(side);
  const partners = await fresh.byIds(other, rules.table[other], [
    ...new Set(pairs.flatMap((pair) => pair.rows[other]?.nativeId ?? [])),
  ]);
  const references = await referencesOf(rules, fresh);
  const differences = page.rows.flatMap((row) => {
    const own = pairs.filter((pair) => pair.rows[side]?.nativeId === row.nativeId);
    const theirs = own.flatMap((pair) => partners.get(pair.rows[other]?.nativeId ?? '') ?? []);
    const rows = side === 'fo' ? { fo: [row], dataverse: theirs } : { fo: theirs, dataverse: [row] };
    return compareSides({ rules, rows, references });
  });
  const ids = { [side]: page.rows.map(idOf), [other]: [...partners.values()].map(idOf) };
  return {
    nextCursor: page.nextCursor,
    rowCount: page.rows.length + partners.size,
    nativeIds: { fo: ids['fo'] ?? [], dataverse: ids['dataverse'] ?? [] },
    differences,
  };
}

/**
 * The second look: what is still so, and why the map leaves it if it has said so.
 *
 * @param suspects of this map
 */
export async function lookAgain(
  map: StoredMap,
  suspects: readonly Difference[],
  { fresh, pairs: pairsOf }: { readonly fresh: FreshRows; readonly pairs: RollingSources['pairs'] },
): Promise<readonly (Difference & { readonly aside: string | null })[]> {
  const rules = compileMap(map.definition, map.version);
  const reported = suspects.map(({ key, rows }) => ({ map: map.name, key, rows, fields: [] }));
  const pairs = await pairsOf(map.name, reported);
  const idsOn = (side: Side, row: ReportedRow): readonly string[] => [
    ...(row.rows[side] === null ? [] : [row.rows[side]]),
    ...pairs.filter((pair) => isOf(pair, row)).flatMap((pair) => pair.rows[side]?.nativeId ?? []),
  ];
  const read = (side: Side): Promise<ReadonlyMap<string, FreshRow>> =>
    fresh.byIds(side, rules.table[side], [...new Set(reported.flatMap((row) => idsOn(side, row)))]);
  const [fo, dataverse, references] = await Promise.all([
    read('fo'),
    read('dataverse'),
    referencesOf(rules, fresh),
  ]);
  return suspects.flatMap((suspect, index) => {
    const row = reported[index];
    if (row === undefined) return [];
    const shown = (side: Side, found: ReadonlyMap<string, FreshRow>): FreshRow[] =>
      [...new Set(idsOn(side, row))].flatMap((id) => found.get(id) ?? []);
    const rows = { fo: shown('fo', fo), dataverse: shown('dataverse', dataverse) };
    const still = compareSides({ rules, rows, references });
    const same = still.find((one) => differenceName(one) === differenceName(suspect));
    return same ? [{ ...same, aside: asideOf(pairs.filter((pair) => isOf(pair, row))) }] : [];
  });
}

function reportedAs(map: string, side: Side, nativeId: string): ReportedRow {
  return { map, key: null, rows: { fo: null, dataverse: null, [side]: nativeId }, fields: [] };
}

function idOf({ nativeId }: FreshRow): string {
  return nativeId;
}
