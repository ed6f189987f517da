import { inTransaction } from '@dualwrite/persistence';
import type { DataSource } from 'typeorm';
import { conditionsOf, type JournalFilter } from './journal-filter';
import { asStep, STEP_COLUMNS, type JournalStep, type StoredStep } from './journal-step';
import { NONE } from './journal-sums';

export interface JournalPage {
  readonly entries: readonly JournalStep[];
  /** Opaque; null: there are no older ones. */
  readonly nextCursor: string | null;
}

export interface JournalCount {
  readonly map: string | null;
  readonly event: string;
  readonly severity: string;
  readonly count: number;
}

/** Where a page ended. */
export interface PageEnd {
  readonly atUs: bigint;
  readonly seq: bigint;
}

/** A search that finds too little looks at everything: it is told to be narrowed rather than held against the others. */
const SEARCH_TIMEOUT_MS = 10_000;

/** What the journal tells. */
export class JournalReader {
  constructor(
    private readonly database: DataSource,
    private readonly traceUrlTemplate = '',
  ) {}

  /**
   * The story of a row on both sides, oldest first: what names it directly, then what its pairs and their rows tell.
   *
   * @param limit the newest events are kept when there are more
   */
  async story(idOrKey: string, limit: number): Promise<readonly JournalStep[]> {
    const rows: StoredStep[] = await this.database.query(STORY, [idOrKey.toLowerCase(), limit]);
    return this.steps(rows).reverse();
  }

  /** Newest first. */
  async search(filter: JournalFilter, page: { limit: number; after: PageEnd | null }): Promise<JournalPage> {
    const { sql, parameters } = conditionsOf(filter);
    const at = parameters.length;
    const rows: StoredStep[] = await inTransaction(this.database, async (runner) => {
      await runner.query(`SET LOCAL statement_timeout = ${SEARCH_TIMEOUT_MS}`);
      return runner.query(
        `SELECT ${STEP_COLUMNS} FROM journal
         WHERE ${sql} AND ($${at + 1}::bigint IS NULL OR (at, seq) <
           (timestamptz 'epoch' + $${at + 1}::bigint * interval '1 microsecond', $${at + 2}::bigint))
         ORDER BY at DESC, seq DESC LIMIT $${at + 3}`,
        [
          ...parameters,
          page.after?.atUs.toString() ?? null,
          page.after?.seq.toString() ?? null,
          page.limit + 1,
        ],
      );
    });
    const shown = rows.slice(0, page.limit);
    const last = rows.length > page.limit ? shown.at(-1) : undefined;
    return {
      entries: this.steps(shown),
      nextCursor: last === undefined ? null : `${last.at_us}.${last.seq}`,
    };
  }

  /** Number of the newest entry; all below it are visible. */
  async newestSeq(): Promise<bigint> {
    const [row]: { seq: string }[] = await this.database.query(
      `SELECT coalesce(max(seq), 0) AS seq FROM journal`,
    );
    return BigInt(row?.seq ?? 0);
  }

  /** Oldest first: entries with numbers above `after`, up to `upTo`. */
  async following(
    filter: JournalFilter,
    { after, upTo, limit }: { readonly after: bigint; readonly upTo: bigint; readonly limit: number },
  ): Promise<readonly JournalStep[]> {
    const { sql, parameters } = conditionsOf(filter);
    const at = parameters.length;
    const rows: StoredStep[] = await this.database.query(
      `SELECT ${STEP_COLUMNS} FROM journal
       WHERE seq > $${at + 1} AND seq <= $${at + 2} AND ${sql} ORDER BY seq LIMIT $${at + 3}`,
      [...parameters, after.toString(), upTo.toString(), limit],
    );
    return this.steps(rows);
  }

  async counts(): Promise<readonly JournalCount[]> {
    const rows: { map: string; event: string; severity: string; entry_count: string }[] =
      await this.database.query(
        `SELECT map, event, severity, entry_count FROM journal_count ORDER BY map, event, severity`,
      );
    return rows.map((row) => ({
      map: row.map === NONE ? null : row.map,
      event: row.event,
      severity: row.severity,
      count: Number(row.entry_count),
    }));
  }

  private steps(rows: readonly StoredStep[]): JournalStep[] {
    return rows.map((row) => asStep(row, this.traceUrlTemplate));
  }
}

/**
 * $1 in lower case, $2 limit. People write keys in any case; a part of the key after its company is enough.
 */
const STORY = `
  WITH hit AS (
    SELECT seq, pair_id FROM journal
    WHERE lower(key) = $1 OR lower(key_tail) = $1 OR lower(native_id) = $1 OR lower(row_id) = $1
       OR pair_id = $1 OR trace_id = $1
  ), of_pair AS (
    SELECT seq, side, table_name, native_id FROM journal
    WHERE pair_id IN (SELECT pair_id FROM hit WHERE pair_id IS NOT NULL)
  ), of_row AS (
    SELECT journal.seq FROM journal
    JOIN (SELECT DISTINCT side, table_name, native_id FROM of_pair WHERE native_id IS NOT NULL) named
      ON journal.native_id = named.native_id AND journal.side = named.side AND journal.table_name = named.table_name
  )
  SELECT ${STEP_COLUMNS} FROM journal
  WHERE seq IN (SELECT seq FROM hit UNION SELECT seq FROM of_pair UNION SELECT seq FROM of_row)
  ORDER BY at DESC, seq DESC LIMIT $2`;
