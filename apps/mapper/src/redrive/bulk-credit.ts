import type { DataSource, QueryRunner } from 'typeorm';

/** Pairs of one chunk of bulk work: few enough that a change of today does not notice them in front of it. */
export const BULK_CHUNK_PAIR_COUNT = 100;
const CHUNKS_IN_FLIGHT_MAX = 2;

/**
 * How many pairs of bulk work may be planned now: a chunk goes when the last but one has settled, so that never more than
 * two stand before a change that somebody makes. Writes on behalf of live changes count, too: bulk work gives way to them.
 *
 * @param openCount pairs with a write that has no answer
 */
export function bulkCredit(openCount: number): number {
  return openCount <= (CHUNKS_IN_FLIGHT_MAX - 1) * BULK_CHUNK_PAIR_COUNT ? BULK_CHUNK_PAIR_COUNT : 0;
}

/** Pairs of the map with a write that has no answer, by its books. */
export async function openCountOf(database: DataSource | QueryRunner, map: string): Promise<number> {
  const [found] = (await database.query(
    `select coalesce(sum(open), 0)::int as open from book where map = $1`,
    [map],
  )) as { open: number }[];
  return found?.open ?? 0;
}

/** Is any bulk work of the map due, and how many pairs have a write without an answer? */
export async function bulkStateOf(
  database: DataSource,
  map: string,
): Promise<{ readonly isDue: boolean; readonly openCount: number }> {
  const [found] = (await database.query(
    `select exists(select 1 from due where map = $1 and is_bulk and at <= now()) as "isDue",
       (select coalesce(sum(open), 0)::int from book where map = $1) as "openCount"`,
    [map],
  )) as { isDue: boolean; openCount: number }[];
  return found ?? { isDue: false, openCount: 0 };
}
