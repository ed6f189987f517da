import { compareRevisions, type Side } from '@dualwrite/events';
import type { DataSource } from 'typeorm';
import type { DecodedRecord } from '../batch/decode-records';

/** What the pair of a row has taken in of it. */
export interface SeenRow {
  readonly pairId: string;
  /** null: the pair is now about another row of that side. */
  readonly revision: { readonly epoch: number; readonly n: string } | null;
}

type DecodedObservation = Extract<DecodedRecord, { kind: 'observation' }>;

/** Pairs of these rows of one side, by native id. */
export async function pairsOfRows(
  database: DataSource,
  map: string,
  side: Side,
  nativeIds: readonly string[],
): Promise<ReadonlyMap<string, SeenRow>> {
  if (nativeIds.length === 0) return new Map();
  // A stored pair says [native id, epoch, n, ...] of each side: see pair-codec.
  const rows = await database.query<
    { nativeId: string; pairId: string; seenId: string | null; epoch: number | null; n: string | null }[]
  >(
    `select r.native_id as "nativeId", r.pair_id as "pairId", s.seen->>0 as "seenId", (s.seen->>1)::int as epoch, s.seen->>2 as n
     from pair_row r join pair p using (pair_id)
     cross join lateral (select p.state::json->(case $2::text when 'fo' then 'fo' else 'dv' end) as seen) s
     where r.map = $1 and r.side = $2 and r.native_id = any($3)`,
    [map, side, nativeIds],
  );
  return new Map(
    rows.map(({ nativeId, pairId, seenId, epoch, n }) => [
      nativeId,
      { pairId, revision: seenId === nativeId && epoch !== null && n !== null ? { epoch, n } : null },
    ]),
  );
}

/** Observations that the map has not taken in: of rows without a pair, or newer than what their pair has seen. */
export function newsOf(
  decoded: readonly DecodedRecord[],
  rows: ReadonlyMap<string, SeenRow>,
): readonly DecodedObservation[] {
  return decoded.filter((one): one is DecodedObservation => {
    if (one.kind !== 'observation') return false;
    const { nativeId, revision, row } = one.observation;
    const known = rows.get(nativeId);
    // A row that is gone and has no pair tells nothing.
    if (known === undefined) return row !== null;
    return known.revision !== null && compareRevisions(revision, known.revision) > 0;
  });
}
