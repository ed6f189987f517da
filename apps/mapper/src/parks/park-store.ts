import type { SqlExecutor } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';
import type { PairInHand } from '../pairs/pair-in-hand';
import { parkFactsOf } from './park-facts';
import { retryAfterMs } from './retry-class';

export interface ParkGroup {
  readonly fingerprint: string;
  readonly map: string;
  readonly reason: string;
  readonly code: string;
  readonly direction: string;
  readonly field: string | null;
  /** In the words of the newest. */
  readonly text: string | null;
  readonly count: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** When the next of them is tried again by itself; null: none is. */
  readonly retryAt: string | null;
  readonly samples: readonly { readonly pairId: string; readonly key: string | null }[];
}

const SAMPLE_COUNT = 5;
/** A pair that is parked like this again within so long was not mended by what happened in between. */
const SAME_WITHIN_DAYS = 7;

/**
 * What is parked and why, by pair and kind. A table of its own: it is written only when a pair is set aside or let go,
 * never on the way of an ordinary change.
 */
export class ParkStore {
  /** Takes over what has changed in these pairs; in the transaction of the pairs. */
  async replace(executor: SqlExecutor, map: string, pairs: readonly PairInHand[]): Promise<void> {
    const changed = pairs.filter(isParkChanged);
    if (changed.length === 0) return;
    const facts = changed.flatMap(({ pairId, state }) =>
      parkFactsOf(map, state).map((one) => ({ pairId, ...one })),
    );
    await executor.query(
      `update park p set ended_at = now(), retry_at = null
       where p.pair_id = any($1::uuid[]) and p.ended_at is null and not exists (
         select 1 from unnest($2::uuid[], $3::text[]) as q (pair_id, fingerprint)
         where q.pair_id = p.pair_id and q.fingerprint = p.fingerprint)`,
      [
        changed.map(({ pairId }) => pairId),
        facts.map(({ pairId }) => pairId),
        facts.map(({ fingerprint }) => fingerprint),
      ],
    );
    if (facts.length === 0) return;
    await executor.query(
      `insert into park as p (pair_id, fingerprint, map, reason, code, direction, field, text, retry_at)
       select q.pair_id, q.fingerprint, $9, q.reason, q.code, q.direction, q.field, q.text,
         now() + (q.delays[1])::float8 * interval '1 millisecond'
       from (select pair_id, fingerprint, reason, code, direction, field, text, string_to_array(delays, ',') as delays
         from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
           as q (pair_id, fingerprint, reason, code, direction, field, text, delays)) q
       on conflict (pair_id, fingerprint) do update set
         text = excluded.text,
         times = case when p.ended_at is null then p.times
           when p.ended_at < now() - make_interval(days => ${SAME_WITHIN_DAYS}) then 1 else p.times + 1 end,
         first_at = case when p.ended_at < now() - make_interval(days => ${SAME_WITHIN_DAYS}) then now() else p.first_at end,
         last_at = case when p.ended_at is null then p.last_at else now() end,
         retry_at = case when p.ended_at is null then p.retry_at
           when p.ended_at < now() - make_interval(days => ${SAME_WITHIN_DAYS}) then excluded.retry_at
           else now() + (select (string_to_array(d.delays, ','))[p.times + 1]
             from unnest($1::uuid[], $2::text[], $8::text[]) as d (pair_id, fingerprint, delays)
             where d.pair_id = p.pair_id and d.fingerprint = p.fingerprint)::float8 * interval '1 millisecond' end,
         ended_at = null`,
      [
        facts.map(({ pairId }) => pairId),
        facts.map(({ fingerprint }) => fingerprint),
        facts.map(({ reason }) => reason),
        facts.map(({ code }) => code),
        facts.map(({ direction }) => direction),
        facts.map(({ field }) => field),
        facts.map(({ text }) => text),
        facts.map((one) => delaysOf(one)),
        map,
      ],
    );
  }

  /** Groups of all maps or of one, the largest first. */
  async groups(
    runner: QueryRunner,
    { map, limit }: { map?: string | undefined; limit: number },
  ): Promise<readonly ParkGroup[]> {
    return (await runner.query(
      `select p.fingerprint, p.map, max(p.reason) as reason, max(p.code) as code, max(p.direction) as direction,
         max(p.field) as field, (array_agg(p.text order by p.last_at desc))[1] as text, count(*)::int as count,
         min(p.first_at) as "firstAt", max(p.last_at) as "lastAt", min(p.retry_at) as "retryAt",
         to_json((array_agg(json_build_object('pairId', p.pair_id, 'key', q.key) order by p.last_at desc))[1:$3]) as samples
       from park p join pair q using (pair_id)
       where p.ended_at is null and ($1::text is null or p.map = $1)
       group by p.map, p.fingerprint order by count(*) desc, max(p.last_at) desc limit $2`,
      [map ?? null, limit, SAMPLE_COUNT],
    )) as ParkGroup[];
  }

  /** Pairs of a map that are to be tried again by now; each is taken once. */
  async takeDue(database: DataSource, map: string, limit: number): Promise<readonly string[]> {
    const [rows] = await database.query<[{ pairId: string }[], number]>(
      `update park set retry_at = null where (pair_id, fingerprint) in (
         select pair_id, fingerprint from park where map = $1 and retry_at <= now()
         order by retry_at limit $2 for update skip locked)
       returning pair_id as "pairId"`,
      [map, limit],
    );
    return [...new Set(rows.map(({ pairId }) => pairId))];
  }
}

function isParkChanged({ stored, state }: PairInHand): boolean {
  if (stored === null) return state.parks.length > 0 || state.held === true;
  return stored.parks !== state.parks || stored.held !== state.held;
}

/** Milliseconds after the first, the second, ... park; empty: only a person or a change ends it. */
function delaysOf(park: { reason: string; code: string }): string {
  const delays: number[] = [];
  for (let ms = retryAfterMs(park, 1); ms !== null; ms = retryAfterMs(park, delays.length + 1))
    delays.push(ms);
  return delays.join(',');
}
