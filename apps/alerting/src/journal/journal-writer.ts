import type { JournalEntry } from '@dualwrite/events';
import { inTransaction } from '@dualwrite/persistence';
import { PipelineError } from '@dualwrite/telemetry';
import type { DataSource, QueryRunner } from 'typeorm';
import { jsonForPostgres } from '../json-for-postgres';
import { addToCounts, addToGroups, addToTallies, type KeptEntry } from './journal-sums';
import { fingerprintOf } from './fingerprint';
import { NO_MAPS, PairNames, type KnownMaps } from './pair-names';
import { dayOf, Partitions } from './partitions';

/** An entry, and when Kafka took it in: what chooses its day. */
export interface LoggedEntry {
  readonly entry: JournalEntry;
  readonly loggedAtMs: number;
}

/** Puts entries into the journal. An entry counts once, however often it is delivered. */
export class JournalWriter {
  readonly partitions: Partitions;
  private readonly names: PairNames;

  constructor(
    private readonly database: DataSource,
    maps: KnownMaps = NO_MAPS,
  ) {
    this.partitions = new Partitions(database);
    this.names = new PairNames(database, maps);
  }

  /** @returns how many of the entries were new */
  async append(logged: readonly LoggedEntry[]): Promise<number> {
    if (logged.length === 0) return 0;
    const entries = await this.keptEntries(logged);
    const days = entries.map(({ loggedAt }) => loggedAt.slice(0, 10));
    await this.partitions.ensure(days);
    try {
      return await inTransaction(this.database, (runner) => appendKept(runner, entries));
    } catch (error) {
      // Another replica has dropped a day that we had made: old records are read again.
      if (!isWithoutPartition(error)) throw error;
      this.partitions.forget();
      await this.partitions.ensure(days);
      return inTransaction(this.database, (runner) => appendKept(runner, entries));
    }
  }

  /** Before a transaction with `appendOwn`: a day is made in a transaction of its own. */
  async makeToday(): Promise<void> {
    const nowMs = Date.now();
    await this.partitions.ensure([dayOf(nowMs), dayOf(nowMs + DAY_MS)]);
  }

  /** What alerting itself has to say, in the transaction of what it says it of. Call `makeToday` before it. */
  async appendOwn(runner: QueryRunner, entries: readonly JournalEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const loggedAtMs = Date.now();
    await appendKept(runner, await this.keptEntries(entries.map((entry) => ({ entry, loggedAtMs }))));
  }

  private async keptEntries(logged: readonly LoggedEntry[]): Promise<readonly KeptEntry[]> {
    const names = await this.names.of(logged.map(({ entry }) => entry));
    const kept = logged.map(({ entry, loggedAtMs }, index): KeptEntry => {
      const { key = entry.key, company = null } = names[index] ?? {};
      const loggedAt = new Date(loggedAtMs).toISOString();
      return { ...entry, key, company, loggedAt, fingerprint: fingerprintOf(entry) };
    });
    return [...new Map(kept.map((entry) => [entry.id, entry])).values()];
  }
}

const DAY_MS = 86_400_000;
const NO_PARTITION = '23514';

function isWithoutPartition(error: unknown): boolean {
  return error instanceof PipelineError && error.details['sqlstate'] === NO_PARTITION;
}

async function appendKept(runner: QueryRunner, entries: readonly KeptEntry[]): Promise<number> {
  // One at a time, so that entries become visible in the order of their numbers: who follows the journal by number
  // misses none.
  await runner.query(`SELECT pg_advisory_xact_lock(hashtextextended('journal:' || current_schema(), 0))`);
  const ids = await insertEntries(runner, entries);
  const added = entries.filter(({ id }) => ids.has(id));
  await addToCounts(runner, added);
  await addToTallies(runner, added);
  await addToGroups(runner, added);
  return added.length;
}

/**
 * One round trip per batch: the entries travel as one JSON document, which Postgres takes apart. The same record again
 * has the same id and time; the same entry published twice is in Kafka twice, at most hours apart.
 */
async function insertEntries(
  runner: QueryRunner,
  entries: readonly KeptEntry[],
): Promise<ReadonlySet<string>> {
  const rows: { id: string }[] = await runner.query(
    `INSERT INTO journal (logged_at, id, at, service, event, severity, map, map_version, company, pair_id, side,
       table_name, native_id, row_id, key, key_tail, intent, code, text, fields, trace_id, bytes, fingerprint)
     SELECT "loggedAt", id, at, service, event, severity, map, "mapVersion", company, "pairId", side, "table",
       "nativeId", "rowId", key, CASE WHEN position('/' in key) > 0 THEN substr(key, position('/' in key) + 1) END,
       intent, code, text, fields, "traceId", bytes, fingerprint
     FROM jsonb_to_recordset($1::jsonb) AS entry("loggedAt" timestamptz, id text, at timestamptz, service text,
       event text, severity text, map text, "mapVersion" integer, company text, "pairId" text, side text, "table" text,
       "nativeId" text, "rowId" text, key text, intent text, code text, text text, fields jsonb, "traceId" text,
       bytes text, fingerprint text)
     WHERE NOT EXISTS (SELECT FROM journal known WHERE known.id = entry.id
       AND known.logged_at > entry."loggedAt" - interval '1 day'
       AND known.logged_at < entry."loggedAt" + interval '1 day')
     ON CONFLICT (id, logged_at) DO NOTHING
     RETURNING id`,
    [jsonForPostgres(entries)],
  );
  return new Set(rows.map(({ id }) => id));
}
