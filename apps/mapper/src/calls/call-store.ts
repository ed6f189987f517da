import type { Cells, Side } from '@dualwrite/events';
import type { SqlExecutor } from '@dualwrite/persistence';
import type { CallEnd } from '@dualwrite/planner';
import type { DataSource, QueryRunner } from 'typeorm';

/** An edit that somebody waits for, as it is stored. */
export interface Call {
  readonly id: string;
  readonly map: string;
  readonly pairId: string;
  /** Side whose edit it is. */
  readonly side: Side;
  /** As it was asked for. */
  readonly row: string;
  readonly cells: Cells;
  readonly traceparent: string;
  /** Null: not known yet. */
  readonly outcome: CallEnd['outcome'] | null;
  readonly by: CallEnd['by'] | null;
  readonly code: string | null;
  readonly text: string | null;
  /** The target's row as it was known at the end. */
  readonly shown: Cells | null;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

export type TakenCall = Pick<Call, 'id' | 'map' | 'pairId' | 'side' | 'row' | 'cells' | 'traceparent'>;

const COLUMNS = `id, map, pair_id as "pairId", side, row_name as row, cells, traceparent, outcome, decided_by as by, code, text, shown,
  created_at as "createdAt", ended_at as "endedAt"`;
/** Of a call that was given up before it arrived, or whose row has no pair yet. */
export const NO_PAIR = '00000000-0000-0000-0000-000000000000';
const KEPT_DAYS = 8;
const FORGOTTEN_COUNT_MAX = 100;

/** What callers asked for, kept so long that whoever was told `in-doubt` can ask what became of it. */
export class CallStore {
  constructor(private readonly database: DataSource) {}

  /**
   * In the transaction that plans them, in the order of ids, so that two of them never wait for each other in a ring.
   *
   * @returns ids of those that are to be planned; the others were given up before, or are taken already
   */
  async take(runner: QueryRunner, calls: readonly TakenCall[]): Promise<ReadonlySet<string>> {
    const taken = (await runner.query(
      `with old as (delete from call where id in (
         select id from call where created_at < now() - make_interval(days => $2) order by created_at limit $3 for update skip locked))
       insert into call (id, map, pair_id, side, row_name, cells, traceparent, taken)
       select id, map, "pairId", side, "row", cells, traceparent, true from json_to_recordset($1)
         as q (id uuid, map text, "pairId" uuid, side text, "row" text, cells json, traceparent text)
       order by id on conflict (id) do nothing returning id`,
      [JSON.stringify(calls), KEPT_DAYS, FORGOTTEN_COUNT_MAX],
    )) as { id: string }[];
    return new Set(taken.map(({ id }) => id));
  }

  /**
   * The other turn of the same row: whoever comes first decides whether it is ever planned. A call that has not arrived
   * yet is abandoned as well: its id is used up.
   */
  async abandonUntaken(map: string, id: string): Promise<void> {
    await this.database.query(
      `insert into call (id, map, pair_id, side, row_name, cells, traceparent, outcome, decided_by, code, text, ended_at)
       values ($1, $2, $3, 'fo', '', '{}', '', 'abandoned', 'dualwrite', 'abandoned', $4, now())
       on conflict (id) do update set outcome = excluded.outcome, decided_by = excluded.decided_by,
         code = excluded.code, text = excluded.text, ended_at = excluded.ended_at
       where call.outcome is null and not call.taken and call.map = excluded.map`,
      [id, map, NO_PAIR, 'it was not planned in time, and never will be'],
    );
  }

  async find(id: string): Promise<Call | undefined> {
    const [found] = await this.database.query<Call[]>(`select ${COLUMNS} from call where id = $1`, [id]);
    return found;
  }

  /** Those of these calls that have ended. */
  async ended(ids: readonly string[]): Promise<readonly Call[]> {
    return this.database.query(`select ${COLUMNS} from call where id = any($1) and outcome is not null`, [
      ids,
    ]);
  }

  /** With the pairs' own transaction: which pair the new row of a call belongs to. */
  async house(executor: SqlExecutor, id: string, pairId: string): Promise<void> {
    await executor.query('update call set pair_id = $2 where id = $1', [id, pairId]);
  }

  /** With the pairs' own transaction. */
  async end(executor: SqlExecutor, ends: readonly CallEnd[]): Promise<void> {
    for (const { id, outcome, by, code, text, cells } of ends) {
      await executor.query(
        `update call set outcome = $2, decided_by = $3, code = $4, text = $5, shown = $6, ended_at = now()
         where id = $1 and outcome is null`,
        [id, outcome, by, code, text, JSON.stringify(cells)],
      );
    }
  }
}
