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

/** A map whose live changes never leave a credit does a tenth of its work for bulk all the same. */
export const LIVE_WRITES_PER_CHUNK = 9 * BULK_CHUNK_PAIR_COUNT;

/** Of one run of a map, as this replica has planned it. */
export class BulkShare {
  private liveWriteCount = 0;

  noteLive(count: number): void {
    this.liveWriteCount += count;
  }

  noteChunk(): void {
    this.liveWriteCount = 0;
  }

  /** Pairs that may be planned now: by credit, or because live changes have had their nine tenths since the last chunk. */
  creditFor(openCount: number): number {
    const credit = bulkCredit(openCount);
    return credit === 0 && this.liveWriteCount >= LIVE_WRITES_PER_CHUNK ? BULK_CHUNK_PAIR_COUNT : credit;
  }
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
