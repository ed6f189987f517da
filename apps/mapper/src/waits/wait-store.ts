import type { Wanted } from '@dualwrite/planner';
import type { QueryRunner } from 'typeorm';
import type { PairInHand } from '../pairs/pair-in-hand';
import { OVER_TAKEN } from '../redrive/due-store';
import { normalized, normalizedCompany } from '../references/reference-query';

/** A pair that was planned again because its wait seemed over, and still waits, comes again after this long. */
const WAIT_RETRY_AFTER_MS = 30_000;
/** So many that waited for the same are a load, not somebody's change. */
const BULK_PAIR_COUNT_MIN = 100;

/** Rows that are named of all that wait for one target. */
const SHOWN_ROW_COUNT = 12;

export interface WaitingPair {
  readonly pairId: string;
  readonly key: string | null;
  readonly wants: readonly Omit<Wanted, 'side'>[];
}

/** One row that is not there, and who waits for it. */
export interface WaitTarget extends Omit<Wanted, 'side'> {
  readonly rowCount: number;
  /** The first of them. */
  readonly rows: readonly { readonly map: string; readonly key: string | null; readonly pairId: string }[];
}

/** What pairs are waiting for, so that its appearance finds them. */
export class WaitStore {
  /** Replaces the wants of these pairs. */
  async replace(
    runner: QueryRunner,
    map: string,
    pairs: readonly Pick<PairInHand, 'pairId' | 'wants'>[],
  ): Promise<void> {
    if (pairs.length === 0) return;
    const ids = pairs.map(({ pairId }) => pairId);
    const wants = pairs.flatMap(({ pairId, wants }) => wants.map((want) => ({ pairId, ...want })));
    const columns = [
      wants.map(({ pairId }) => pairId),
      wants.map(({ table }) => table),
      wants.map(({ column }) => column),
      wants.map(({ value }) => normalized(value)),
      wants.map(({ company }) => normalizedCompany(company)),
    ];
    await runner.query(
      `delete from wait w where w.pair_id = any($1) and not exists (
         select 1 from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) as q (pair_id, tbl, col, val, company)
         where q.pair_id = w.pair_id and q.tbl = w.table_name and q.col = w.column_name
           and q.val = w.value_norm and q.company = w.company)`,
      [ids, ...columns],
    );
    if (wants.length === 0) return;
    await runner.query(
      `insert into wait (pair_id, table_name, column_name, value_norm, company, map)
       select q.*, $6 from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) as q
       on conflict do nothing`,
      [...columns, map],
    );
  }

  /**
   * Makes pairs due whose wait is over: what they want is in the reference index. A pair with a write under way is
   * planned again by its answer; its turn is not spent before.
   *
   * @returns count of pairs
   */
  async release(runner: QueryRunner, map: string): Promise<number> {
    const released = (await runner.query(
      `with over as (
         update wait w set retry_at = now() + $2::int * interval '1 millisecond'
         from pair p
         where w.map = $1 and w.retry_at <= now() and p.pair_id = w.pair_id and p.open_count = 0 and (
           exists (select 1 from reference_key k
             where k.table_name = w.table_name and k.column_name = w.column_name and k.value_norm = w.value_norm
               and (w.company = '' or k.company = (select c.native_id from reference_key c
                 where c.table_name = 'cdm_company' and c.column_name = 'cdm_companycode' and c.value_norm = upper(w.company)
                 order by c.native_id limit 1)))
           or exists (select 1 from reference r
             where r.table_name = w.table_name and r.native_id = lower(w.value_norm) and r.present))
         returning w.pair_id, w.map)
       insert into due (pair_id, map, at, is_bulk)
       select pair_id, map, now(), count(*) over () >= $3 from (select distinct pair_id, map from over) pairs
       ${OVER_TAKEN} returning pair_id`,
      [map, WAIT_RETRY_AFTER_MS, BULK_PAIR_COUNT_MIN],
    )) as unknown[];
    return released.length;
  }

  /** What is waited for, the most wanted first, with a few of the rows that wait for it. */
  async targets(
    runner: QueryRunner,
    { map, table, limit }: { map?: string | undefined; table?: string | undefined; limit: number },
  ): Promise<readonly WaitTarget[]> {
    return (await runner.query(
      `select w.table_name as "table", w.column_name as "column", w.value_norm as value, nullif(w.company, '') as company,
         count(*)::int as "rowCount",
         to_json((array_agg(json_build_object('map', w.map, 'key', p.key, 'pairId', w.pair_id) order by w.map, p.key))[1:$4]) as rows
       from wait w join pair p using (pair_id)
       where ($1::text is null or w.map = $1) and ($2::text is null or w.table_name = $2)
       group by w.table_name, w.column_name, w.value_norm, w.company
       order by count(*) desc, w.table_name, w.column_name, w.value_norm, w.company limit $3`,
      [map ?? null, table ?? null, limit, SHOWN_ROW_COUNT],
    )) as WaitTarget[];
  }

  async list(runner: QueryRunner, map: string, limit: number): Promise<readonly WaitingPair[]> {
    return (await runner.query(
      `select p.pair_id as "pairId", p.key, json_agg(json_build_object('table', w.table_name, 'column', w.column_name,
         'value', w.value_norm, 'company', nullif(w.company, ''))) as wants
       from wait w join pair p using (pair_id) where w.map = $1
       group by p.pair_id, p.key order by p.key limit $2`,
      [map, limit],
    )) as WaitingPair[];
  }
}
