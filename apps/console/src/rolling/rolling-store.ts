import type { Names, Side } from '@dualwrite/events';
import { appendOutbox, inTransaction, unnest } from '@dualwrite/persistence';
import { differenceName, type Difference } from '@dualwrite/proof';
import type { DataSource } from 'typeorm';
import { differenceRecord } from './rolling-journal';
import { firstRound, type EndedRound, type RollingRound } from './rolling-round';

export interface RollingMap {
  readonly map: string;
  /** null: what the service says. */
  readonly rowsPerMinute: number | null;
  readonly at: RollingRound;
  readonly last: (EndedRound & { readonly differenceCount: number }) | null;
}

/** A difference, why the map leaves it if it has said so, and since when it is known. */
export interface StandingDifference extends Difference {
  readonly aside: string | null;
  readonly firstAt: string;
  readonly confirmedAt: string;
}

interface RollingRow {
  readonly map: string;
  readonly rowsPerMinute: number | null;
  readonly round: number | null;
  readonly startedAt: Date | null;
  readonly side: Side | null;
  readonly cursor: string | null;
  readonly rowCount: number;
  readonly lastStartedAt: Date | null;
  readonly lastEndedAt: Date | null;
  readonly lastRowCount: number | null;
  readonly lastDifferenceCount: number | null;
}

/** How far the rolling verify of each map is, and what it has found. */
export class RollingStore {
  constructor(
    private readonly database: DataSource,
    private readonly names: Names,
  ) {}

  async maps(): Promise<ReadonlyMap<string, RollingMap>> {
    const rows = await this.database.query<RollingRow[]>(
      `SELECT map, rows_per_minute AS "rowsPerMinute", round, started_at AS "startedAt", side, cursor,
         row_count::int AS "rowCount", last_started_at AS "lastStartedAt", last_ended_at AS "lastEndedAt",
         last_row_count::int AS "lastRowCount", last_difference_count::int AS "lastDifferenceCount"
       FROM rolling_verify`,
    );
    return new Map(rows.map((row) => [row.map, asRolling(row)]));
  }

  /** @param rowsPerMinute 0: not at all; null: as the service says */
  async setRate(map: string, rowsPerMinute: number | null): Promise<void> {
    await this.database.query(
      `INSERT INTO rolling_verify (map, rows_per_minute) VALUES ($1, $2)
       ON CONFLICT (map) DO UPDATE SET rows_per_minute = excluded.rows_per_minute`,
      [map, rowsPerMinute],
    );
  }

  async goOn(map: string, at: RollingRound): Promise<void> {
    await this.database.query(
      `INSERT INTO rolling_verify (map, round, started_at, side, cursor, row_count) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (map) DO UPDATE SET round = excluded.round, started_at = excluded.started_at, side = excluded.side,
         cursor = excluded.cursor, row_count = excluded.row_count`,
      [map, at.round, new Date(at.startedAtMs), at.side, at.cursor, at.rowCount],
    );
  }

  /** What this round has not found again is no more: its row has gone. */
  async endRound(map: string, ended: EndedRound, round: number): Promise<void> {
    await this.database.query(`DELETE FROM rolling_difference WHERE map = $1 AND round < $2`, [map, round]);
    await this.database.query(
      `UPDATE rolling_verify SET last_started_at = $2, last_ended_at = $3, last_row_count = $4,
         last_difference_count = (SELECT count(*) FROM rolling_difference WHERE map = $1 AND confirmed_at IS NOT NULL)
       WHERE map = $1`,
      [map, new Date(ended.startedAtMs), new Date(ended.endedAtMs), ended.rowCount],
    );
  }

  /** What was found in these rows: known differences are seen again, new ones are looked at once more later. */
  async note(
    map: string,
    seen: {
      readonly differences: readonly Difference[];
      readonly nativeIds: Readonly<Record<Side, readonly string[]>>;
      readonly round: number;
      readonly lookAtMs: number;
    },
  ): Promise<void> {
    const names = seen.differences.map(differenceName);
    await this.database.query(
      `DELETE FROM rolling_difference WHERE map = $1 AND (fo_id = ANY($2) OR dataverse_id = ANY($3)) AND NOT name = ANY($4)`,
      [map, seen.nativeIds.fo, seen.nativeIds.dataverse, names],
    );
    if (seen.differences.length === 0) return;
    const each = [...new Map(seen.differences.map((one) => [differenceName(one), one])).values()];
    const rows = unnest(
      each,
      {
        name: ['text', differenceName],
        difference: ['jsonb', (one) => one],
        fo_id: ['text', ({ rows: { fo } }) => fo],
        dataverse_id: ['text', ({ rows: { dataverse } }) => dataverse],
      },
      { firstParameter: 4 },
    );
    await this.database.query(
      `INSERT INTO rolling_difference (map, name, difference, fo_id, dataverse_id, round, look_at)
       SELECT $1, name, difference, fo_id, dataverse_id, $2, $3 FROM ${rows.sql}
       ON CONFLICT (map, name) DO UPDATE SET difference = excluded.difference, round = excluded.round`,
      [map, seen.round, new Date(seen.lookAtMs), ...rows.parameters],
    );
  }

  /** Differences that are to be looked at a second time by now. */
  async suspects(map: string, nowMs: number, limit: number): Promise<readonly Difference[]> {
    const rows = await this.database.query<{ difference: Difference }[]>(
      `SELECT difference FROM rolling_difference WHERE map = $1 AND confirmed_at IS NULL AND look_at <= $2
       ORDER BY look_at LIMIT $3`,
      [map, new Date(nowMs), limit],
    );
    return rows.map(({ difference }) => difference);
  }

  async confirm(
    map: string,
    found: readonly (Difference & { readonly aside: string | null })[],
  ): Promise<void> {
    await inTransaction(this.database, async (runner) => {
      for (const { aside, ...difference } of found)
        await runner.query(
          `UPDATE rolling_difference SET confirmed_at = now(), difference = $3, aside = $4 WHERE map = $1 AND name = $2`,
          [map, differenceName(difference), JSON.stringify(difference), aside],
        );
      // What the map itself has set aside is in the journal already.
      const unexplained = found.filter(({ aside }) => aside === null);
      await appendOutbox(
        runner,
        unexplained.map((one) => differenceRecord(this.names, one)),
      );
    });
  }

  async forget(map: string, differences: readonly Difference[]): Promise<void> {
    await this.database.query(`DELETE FROM rolling_difference WHERE map = $1 AND name = ANY($2)`, [
      map,
      differences.map(differenceName),
    ]);
  }

  async standing(map: string, limit: number): Promise<readonly StandingDifference[]> {
    const rows = await this.database.query<
      { difference: Difference; aside: string | null; firstAt: Date; confirmedAt: Date }[]
    >(
      `SELECT difference, aside, first_at AS "firstAt", confirmed_at AS "confirmedAt" FROM rolling_difference
       WHERE map = $1 AND confirmed_at IS NOT NULL ORDER BY confirmed_at DESC, name LIMIT $2`,
      [map, limit],
    );
    return rows.map(({ difference, aside, firstAt, confirmedAt }) => ({
      ...difference,
      aside,
      firstAt: firstAt.toISOString(),
      confirmedAt: confirmedAt.toISOString(),
    }));
  }

  /** By map, of all that stand: those that the map does not leave for a reason of its own. */
  async counts(): Promise<ReadonlyMap<string, { readonly all: number; readonly unexplained: number }>> {
    const rows = await this.database.query<{ map: string; all: number; unexplained: number }[]>(
      `SELECT map, count(*)::int AS all, (count(*) FILTER (WHERE aside IS NULL))::int AS unexplained
       FROM rolling_difference WHERE confirmed_at IS NOT NULL GROUP BY map`,
    );
    return new Map(rows.map(({ map, ...counts }) => [map, counts]));
  }
}

function asRolling(row: RollingRow): RollingMap {
  const { map, rowsPerMinute, round, startedAt, side, cursor, rowCount } = row;
  const at =
    round === null || startedAt === null || side === null
      ? firstRound(Date.now())
      : { round, startedAtMs: startedAt.getTime(), side, cursor, rowCount };
  const last =
    row.lastStartedAt === null || row.lastEndedAt === null
      ? null
      : {
          startedAtMs: row.lastStartedAt.getTime(),
          endedAtMs: row.lastEndedAt.getTime(),
          rowCount: row.lastRowCount ?? 0,
          differenceCount: row.lastDifferenceCount ?? 0,
        };
  return { map, rowsPerMinute, at, last };
}
