import type { JournalEntry } from '@dualwrite/events';
import { inTransaction } from '@dualwrite/persistence';
import type { DataSource, QueryRunner } from 'typeorm';

/** An entry as the API tells it. */
export interface JournalStep {
  readonly at: string;
  readonly service: string;
  readonly what: string;
  readonly severity: string;
  readonly map: string | null;
  readonly side: string | null;
  readonly table: string | null;
  readonly nativeId: string | null;
  readonly rowId: string | null;
  readonly key: string | null;
  readonly pairId: string | null;
  readonly intent: string | null;
  readonly traceId: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly fields: readonly unknown[];
}

export interface ErrorPage {
  readonly errors: readonly JournalStep[];
  /** Opaque; null: there are no older ones. */
  readonly nextCursor: string | null;
}

export interface JournalCount {
  readonly map: string | null;
  readonly event: string;
  readonly severity: string;
  readonly count: number;
}

/** The journal in Postgres. An entry counts once, however often it is delivered. */
export class JournalStore {
  constructor(private readonly database: DataSource) {}

  /** @returns how many of the entries were new */
  async append(entries: readonly JournalEntry[]): Promise<number> {
    if (entries.length === 0) return 0;
    return inTransaction(this.database, async (runner) => {
      const added = await insertEntries(runner, entries);
      await addToCounts(runner, added);
      return added.length;
    });
  }

  /**
   * The story of a row on both sides, oldest first: what names it directly, then what its pairs and their rows tell.
   *
   * @param limit the newest events are kept when there are more
   */
  async story(idOrKey: string, limit: number): Promise<readonly JournalStep[]> {
    const rows: StoredStep[] = await this.database.query(STORY, [idOrKey.toLowerCase(), limit]);
    return rows.map(asStep).reverse();
  }

  /** What went wrong, newest first. */
  async errors(filter: { map: string | null; before: bigint | null; limit: number }): Promise<ErrorPage> {
    const rows: StoredStep[] = await this.database.query(
      `SELECT ${STEP} FROM journal
       WHERE severity = 'error' AND ($1::text IS NULL OR map = $1) AND ($2::bigint IS NULL OR seq < $2)
       ORDER BY seq DESC LIMIT $3`,
      [filter.map, filter.before?.toString() ?? null, filter.limit + 1],
    );
    const page = rows.slice(0, filter.limit);
    const last = rows.length > filter.limit ? page.at(-1) : undefined;
    return { errors: page.map(asStep), nextCursor: last?.seq ?? null };
  }

  async counts(): Promise<readonly JournalCount[]> {
    const rows: { map: string; event: string; severity: string; entry_count: string }[] =
      await this.database.query(
        `SELECT map, event, severity, entry_count FROM journal_count ORDER BY map, event, severity`,
      );
    return rows.map((row) => ({
      map: row.map === NO_MAP ? null : row.map,
      event: row.event,
      severity: row.severity,
      count: Number(row.entry_count),
    }));
  }

  /** @returns how many entries were too old and are gone; the counts stay */
  async deleteOlderThan(days: number, limit: number): Promise<number> {
    const rows: unknown[] = await this.database.query(
      `WITH old AS (SELECT seq FROM journal WHERE at < now() - make_interval(days => $1) ORDER BY at LIMIT $2),
            gone AS (DELETE FROM journal USING old WHERE journal.seq = old.seq RETURNING 1)
       SELECT 1 FROM gone`,
      [days, limit],
    );
    return rows.length;
  }
}

/** A primary key holds no null. */
const NO_MAP = '';

const STEP = `seq, at, service, event, severity, map, side, table_name, native_id, row_id, key, pair_id, intent, trace_id,
  code, text, fields`;

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
  SELECT ${STEP} FROM journal
  WHERE seq IN (SELECT seq FROM hit UNION SELECT seq FROM of_pair UNION SELECT seq FROM of_row)
  ORDER BY at DESC, seq DESC LIMIT $2`;

interface StoredStep {
  readonly seq: string;
  readonly at: Date;
  readonly service: string;
  readonly event: string;
  readonly severity: string;
  readonly map: string | null;
  readonly side: string | null;
  readonly table_name: string | null;
  readonly native_id: string | null;
  readonly row_id: string | null;
  readonly key: string | null;
  readonly pair_id: string | null;
  readonly intent: string | null;
  readonly trace_id: string | null;
  readonly code: string | null;
  readonly text: string | null;
  readonly fields: readonly unknown[];
}

function asStep(row: StoredStep): JournalStep {
  return {
    at: row.at.toISOString(),
    service: row.service,
    what: row.event,
    severity: row.severity,
    map: row.map,
    side: row.side,
    table: row.table_name,
    nativeId: row.native_id,
    rowId: row.row_id,
    key: row.key,
    pairId: row.pair_id,
    intent: row.intent,
    traceId: row.trace_id,
    code: row.code,
    text: row.text,
    fields: row.fields,
  };
}

interface AddedEntry {
  readonly map: string | null;
  readonly event: string;
  readonly severity: string;
}

/** One round trip per batch: the entries travel as one JSON document, which Postgres takes apart. */
async function insertEntries(
  runner: QueryRunner,
  entries: readonly JournalEntry[],
): Promise<readonly AddedEntry[]> {
  return runner.query(
    `INSERT INTO journal (id, at, service, event, severity, map, map_version, pair_id, side, table_name, native_id,
       row_id, key, key_tail, intent, code, text, fields, trace_id, bytes)
     SELECT id, at, service, event, severity, map, "mapVersion", "pairId", side, "table", "nativeId", "rowId", key,
       CASE WHEN position('/' in key) > 0 THEN substr(key, position('/' in key) + 1) END,
       intent, code, text, fields, "traceId", bytes
     FROM jsonb_to_recordset($1::jsonb) AS entry(id text, at timestamptz, service text, event text, severity text,
       map text, "mapVersion" integer, "pairId" text, side text, "table" text, "nativeId" text, "rowId" text, key text,
       intent text, code text, text text, fields jsonb, "traceId" text, bytes text)
     ON CONFLICT (id) DO NOTHING
     RETURNING map, event, severity`,
    [withoutNulCharacters(JSON.stringify(entries))],
  );
}

/** Postgres takes no NUL in text; a side may send one all the same. */
function withoutNulCharacters(json: string): string {
  return json.replace(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd');
}

async function addToCounts(runner: QueryRunner, added: readonly AddedEntry[]): Promise<void> {
  const counts = new Map<string, { map: string; event: string; severity: string; count: number }>();
  for (const { map, event, severity } of added) {
    const key = JSON.stringify([map, event, severity]);
    const count = counts.get(key) ?? { map: map ?? NO_MAP, event, severity, count: 0 };
    count.count += 1;
    counts.set(key, count);
  }
  if (counts.size === 0) return;
  // In one order everywhere: two replicas never wait for each other in a ring.
  const ordered = [...counts].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, count]) => count);
  await runner.query(
    `INSERT INTO journal_count (map, event, severity, entry_count)
     SELECT map, event, severity, count FROM jsonb_to_recordset($1::jsonb)
       AS counted(map text, event text, severity text, count bigint)
     ON CONFLICT (map, event, severity) DO UPDATE SET entry_count = journal_count.entry_count + excluded.entry_count`,
    [JSON.stringify(ordered)],
  );
}
