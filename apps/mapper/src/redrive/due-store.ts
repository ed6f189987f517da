import type { Companies, MapRecord } from '@dualwrite/events';
import { kept, type SqlExecutor } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';

/** Of a pair that is woken: a write that is only just on its way keeps its time, its answer looks at the pair anyway. */
export const OVER_TAKEN = 'on conflict (pair_id) do update set at = excluded.at where due.attempts > 0';

/** Above that, a search for each id costs more than looking at all pairs. */
const SEARCHED_ID_COUNT_MAX = 50;

/** What whoever takes due pairs plans by. */
type TakenFor = Pick<MapRecord, 'name' | 'version' | 'companies' | 'directions' | 'desired'>;

/** Pairs to be looked at again, and when. */
export class DueStore {
  async set(
    executor: SqlExecutor,
    map: string,
    pairs: readonly { pairId: string; afterMs: number }[],
    { isBulk = false } = {},
  ): Promise<void> {
    if (pairs.length === 0) return;
    await executor.query(
      kept(`insert into due (pair_id, map, at, is_bulk)
       select q.pair_id, $3, now() + q.after_ms * interval '1 millisecond', $4
       from unnest($1::uuid[], $2::int[]) as q (pair_id, after_ms)
       on conflict (pair_id) do update set at = excluded.at, attempts = 0, is_bulk = excluded.is_bulk`),
      [pairs.map(({ pairId }) => pairId), pairs.map(({ afterMs }) => afterMs), map, isBulk],
    );
  }

  async clear(executor: SqlExecutor, pairIds: readonly string[]): Promise<void> {
    if (pairIds.length > 0) await executor.query(kept(`delete from due where pair_id = any($1)`), [pairIds]);
  }

  /**
   * Takes due pairs that nobody else is taking. They come due again later and later, until an examination says that
   * nothing is open any more: no lock is held while they are planned, and a crash loses none. Pairs that are due because
   * of a newer record of the map are left to those who plan by it.
   */
  async take(
    database: DataSource,
    { name: map, version, companies = {}, directions = {}, desired }: TakenFor,
    {
      limit,
      afterMs,
      afterMsMax,
      isBulk,
    }: { limit: number; afterMs: number; afterMsMax: number; isBulk: boolean },
  ): Promise<readonly string[]> {
    const [rows] = (await database.query(
      `update due set attempts = attempts + 1,
         at = now() + least($3::float8 * 2 ^ least(attempts, 20), $4::float8) * interval '1 millisecond'
       where pair_id in (select pair_id from due where map = $1 and is_bulk = $5 and at <= now()
         and exists (select from map_run r where r.map = $1 and r.version = $6 and coalesce(r.companies, '{}') = $7::jsonb
           and r.is_shadow = $8 and r.directions = $9::jsonb)
         order by at limit $2 for update skip locked)
       returning pair_id as "pairId"`,
      [
        map,
        limit,
        afterMs,
        afterMsMax,
        isBulk,
        version,
        JSON.stringify(companies),
        desired === 'shadow',
        JSON.stringify(directions),
      ],
    )) as [{ pairId: string }[], number];
    return rows.map(({ pairId }) => pairId);
  }

  /** Those of the taken pairs that nobody has set anew since; asked under their locks. */
  async stillTaken(runner: QueryRunner, pairIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = (await runner.query(
      `select pair_id as "pairId" from due where pair_id = any($1) and attempts > 0`,
      [pairIds],
    )) as { pairId: string }[];
    return new Set(rows.map(({ pairId }) => pairId));
  }

  /** The map runs again: what has no answer is sent again after the usual delay, for the backlog may hold the answer. */
  async hasten(runner: QueryRunner, map: string, afterMs: number): Promise<void> {
    await runner.query(
      `update due set attempts = 0, at = least(at, now() + $2::int * interval '1 millisecond')
       where map = $1 and (attempts > 0 or at > now() + $2::int * interval '1 millisecond')`,
      [map, afterMs],
    );
  }

  /** More of a side is covered: what waited to know that a partner is absent is looked at again. */
  async wakeWaiting(runner: QueryRunner, map: string): Promise<void> {
    await runner.query(
      `insert into due (pair_id, map, at, is_bulk)
       select pair_id, map, now(), true from pair where map = $1 and verdict = 'waiting'
       ${OVER_TAKEN}`,
      [map],
    );
  }

  /** Every pair: a restored database has taken its topics in, and is planned again (rule 24). */
  async wakeAll(runner: QueryRunner, map: string): Promise<void> {
    await runner.query(
      `insert into due (pair_id, map, at, is_bulk) select pair_id, map, now(), true from pair where map = $1
       on conflict (pair_id) do update set at = excluded.at, attempts = 0, is_bulk = true`,
      [map],
    );
  }

  /** Pairs of companies that are served now and were not, or the other way; the others are left alone. */
  async wakeCompanies(runner: QueryRunner, map: string, before: Companies, now: Companies): Promise<void> {
    if (JSON.stringify(before) === JSON.stringify(now)) return;
    await runner.query(
      `insert into due (pair_id, map, at)
       select pair_id, map, now() from (select pair_id, map, lower(split_part(key, '/', 1)) as code from pair
         where map = $1 and key is not null) p
       where (($2::text[] is null or code = any($2)) and not code = any($3::text[]))
         <> (($4::text[] is null or code = any($4)) and not code = any($5::text[]))
       ${OVER_TAKEN}`,
      [map, before.only ?? null, before.except ?? [], now.only ?? null, now.except ?? []],
    );
  }

  /** Every pair, for something holds of all of them that did not; a write on its way keeps its time. */
  async wakeEvery(runner: QueryRunner, map: string): Promise<void> {
    await runner.query(
      `insert into due (pair_id, map, at, is_bulk) select pair_id, map, now(), true from pair where map = $1
       ${OVER_TAKEN}`,
      [map],
    );
  }

  /** Pairs that an older version of the map has planned. */
  async wakeOlderVersions(runner: QueryRunner, map: string, version: number): Promise<void> {
    await runner.query(
      `insert into due (pair_id, map, at, is_bulk)
       select pair_id, map, now(), true from pair where map = $1 and map_version < $2
       ${OVER_TAKEN}`,
      [map, version],
    );
  }

  /**
   * Pairs of these maps that show one of these Dataverse ids. A key changes seldom, and there is no index of who points
   * where: it would cost every pair a line for each of its lookups. So the stored pairs are searched, and where many keys
   * change at once, all pairs are looked at again.
   */
  async wakePointingAt(
    runner: QueryRunner,
    maps: readonly string[],
    nativeIds: readonly string[],
  ): Promise<void> {
    if (maps.length === 0 || nativeIds.length === 0) return;
    const patterns =
      nativeIds.length > SEARCHED_ID_COUNT_MAX
        ? ['%']
        : nativeIds.map((id) => `%${id.replace(/[\\%_]/g, String.raw`\$&`)}"%`);
    await runner.query(
      `insert into due (pair_id, map, at)
       select pair_id, map, now() from pair where map = any($1) and state like any($2)
       -- Over a write on its way, too: its answer alone would not look at what references mean.
       on conflict (pair_id) do update set at = excluded.at`,
      [maps, patterns],
    );
  }

  /** Rivals of these keys: the row that held the key may have let go of it. */
  async wakeRivals(runner: QueryRunner, map: string, keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await runner.query(
      `insert into due (pair_id, map, at) select pair_id, map, now() from pair where map = $1 and key = any($2) and rival
       ${OVER_TAKEN}`,
      [map, keys],
    );
  }
}
