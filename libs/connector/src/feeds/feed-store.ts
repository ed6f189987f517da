import { kept } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';
import { sql } from '../sql';

export interface FeedState {
  /** Opaque place in the side's stream; null: at the beginning. */
  readonly cursor: string | null;
  readonly columnSet: string;
  /** The register's position when a full round began; null: no full round is under way. */
  readonly roundPosition: string | null;
}

/** Where each table's feed stands. Every move names the place it moves from, so an old reader cannot turn it back. */
export class FeedStore {
  constructor(private readonly dataSource: DataSource) {}

  async find(table: string): Promise<FeedState | undefined> {
    const [found] = await sql<{ cursor: string | null; column_set: string; round_position: string | null }>(
      this.dataSource,
      'select cursor, column_set, round_position::text as round_position from feed where table_name = $1',
      [table],
    );
    return (
      found && { cursor: found.cursor, columnSet: found.column_set, roundPosition: found.round_position }
    );
  }

  /** Everything is to be read again, with these columns. */
  async beginRound(table: string, columnSet: string, position: string): Promise<FeedState> {
    await sql(
      this.dataSource,
      `insert into feed (table_name, cursor, column_set, round_position) values ($1, null, $2, $3)
       on conflict (table_name) do update
       set cursor = null, column_set = excluded.column_set, round_position = excluded.round_position, changed_at = now()`,
      [table, columnSet, position],
    );
    return { cursor: null, columnSet, roundPosition: position };
  }

  /** Rule 3: a page is taken only if the cursor is still the one that it was asked with. Locks the cursor. */
  async isAt(runner: QueryRunner, table: string, state: FeedState): Promise<boolean> {
    const found = await sql<unknown>(
      runner,
      kept(`select from feed where table_name = $1 and cursor is not distinct from $2::text and column_set = $3
         and round_position is not distinct from $4::bigint for update`),
      [table, state.cursor, state.columnSet, state.roundPosition],
    );
    return found.length === 1;
  }

  /** @returns false: somebody else has moved it */
  async move(table: string, from: FeedState, to: FeedState): Promise<boolean> {
    const moved = await sql<unknown>(
      this.dataSource,
      kept(`with moved as (
         update feed set cursor = $5, round_position = $6, changed_at = now()
         where table_name = $1 and cursor is not distinct from $2::text and column_set = $3
           and round_position is not distinct from $4::bigint returning 1)
       select * from moved`),
      [table, from.cursor, from.columnSet, from.roundPosition, to.cursor, to.roundPosition],
    );
    return moved.length === 1;
  }

  /** Has a full round with these columns been told of as complete? */
  async isCovered(table: string, columnSet: string): Promise<boolean> {
    const found = await sql(
      this.dataSource,
      'select 1 from feed where table_name = $1 and covered_column_set = $2',
      [table, columnSet],
    );
    return found.length > 0;
  }

  async noteCovered(table: string, columnSet: string): Promise<void> {
    await sql(
      this.dataSource,
      `insert into feed (table_name, column_set, covered_column_set) values ($1, $2, $2)
       on conflict (table_name) do update set covered_column_set = excluded.covered_column_set, changed_at = now()`,
      [table, columnSet],
    );
  }
}
