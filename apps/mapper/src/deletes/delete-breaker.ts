import type { DeleteLimit } from '@dualwrite/events';
import type { QueryRunner } from 'typeorm';
import { DeleteGate } from './delete-gate';

/** Deletes are counted in steps of this length. */
const STEP_MS = 10_000;

interface StoredBreaker {
  readonly isTripped: boolean;
  readonly deletedCount: number;
  readonly pairCount: number;
}

/** The mass-delete breaker of each map: how much it has deleted of late, and whether its deletes are held. */
export class DeleteBreaker {
  /** Takes the map's lock until the transaction ends: only transactions that delete wait for each other. */
  async enter(runner: QueryRunner, map: string, limit: DeleteLimit): Promise<DeleteGate> {
    await runner.query(`insert into delete_breaker (map) values ($1) on conflict do nothing`, [map]);
    await runner.query(`select 1 from delete_breaker where map = $1 for update`, [map]);
    const stored = await this.read(runner, map, limit);
    return new DeleteGate(limit, stored, stored.isTripped);
  }

  async read(runner: QueryRunner, map: string, { windowMs }: DeleteLimit): Promise<StoredBreaker> {
    const [stored] = (await runner.query(
      `select
         coalesce((select held_at is not null from delete_breaker where map = $1), false) as "isTripped",
         coalesce((select sum(count) from delete_tally
           where map = $1 and at > now() - $2::float8 * interval '1 millisecond'), 0)::int as "deletedCount",
         coalesce((select sum(written_fo + written_dataverse + unchanged + filtered + parked + waiting + held)
           from book where map = $1), 0)::int as "pairCount"`,
      [map, windowMs],
    )) as [StoredBreaker];
    return stored;
  }

  /** @returns why the breaker has tripped just now; null: it has not */
  async leave(
    runner: QueryRunner,
    map: string,
    gate: DeleteGate,
    limit: DeleteLimit,
  ): Promise<string | null> {
    if (gate.plannedCount > 0) {
      await runner.query(
        `insert into delete_tally as t (map, at, count)
         values ($1, to_timestamp(floor(extract(epoch from now()) * 1000 / $3::float8) * $3::float8 / 1000), $2)
         on conflict (map, at) do update set count = t.count + excluded.count`,
        [map, gate.plannedCount, STEP_MS],
      );
      await runner.query(
        `delete from delete_tally where map = $1 and at < now() - $2::float8 * interval '1 millisecond'`,
        [map, limit.windowMs + STEP_MS],
      );
    }
    const { tripText } = gate;
    if (tripText !== null)
      await runner.query(`update delete_breaker set held_at = now(), reason = $2 where map = $1`, [
        map,
        tripText,
      ]);
    return tripText;
  }

  /** Deletes may be planned again, counted from nought. @returns false: they were not held */
  async reset(runner: QueryRunner, map: string): Promise<boolean> {
    const [rows] = (await runner.query(
      `update delete_breaker set held_at = null, reason = null where map = $1 and held_at is not null returning map`,
      [map],
    )) as [unknown[], number];
    await runner.query(`delete from delete_tally where map = $1`, [map]);
    return rows.length > 0;
  }
}
