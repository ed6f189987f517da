import type { JournalEntry } from '@dualwrite/events';
import type { QueryRunner } from 'typeorm';
import { jsonForPostgres } from '../json-for-postgres';

/** What is kept of an entry beside its own words. */
export interface KeptEntry extends JournalEntry {
  readonly loggedAt: string;
  readonly company: string | null;
  readonly fingerprint: string | null;
}

/** A primary key holds no null. */
export const NONE = '';
/** What rules count is told this finely in time. */
export const TALLY_BUCKET_MS = 10_000;

/** Counts since ever, by map and event. */
export async function addToCounts(runner: QueryRunner, added: readonly KeptEntry[]): Promise<void> {
  const sums = sumBy(added, ({ map, event, severity }) => ({ map: map ?? NONE, event, severity }));
  if (sums.length === 0) return;
  await runner.query(
    `INSERT INTO journal_count (map, event, severity, entry_count)
     SELECT map, event, severity, count FROM jsonb_to_recordset($1::jsonb)
       AS counted(map text, event text, severity text, count bigint)
     ON CONFLICT (map, event, severity) DO UPDATE SET entry_count = journal_count.entry_count + excluded.entry_count`,
    [jsonForPostgres(sums)],
  );
}

/** Counts by time: what rules look at, without reading the entries again. */
export async function addToTallies(runner: QueryRunner, added: readonly KeptEntry[]): Promise<void> {
  const sums = sumBy(added, ({ loggedAt, map, company, service, side, event, severity, code }) => ({
    bucket: new Date(Math.floor(Date.parse(loggedAt) / TALLY_BUCKET_MS) * TALLY_BUCKET_MS).toISOString(),
    map: map ?? NONE,
    company: company ?? NONE,
    service,
    side: side ?? NONE,
    event,
    severity,
    code: code ?? NONE,
  }));
  if (sums.length === 0) return;
  await runner.query(
    `INSERT INTO tally (bucket, map, company, service, side, event, severity, code, entry_count)
     SELECT bucket, map, company, service, side, event, severity, code, count FROM jsonb_to_recordset($1::jsonb)
       AS counted(bucket timestamptz, map text, company text, service text, side text, event text, severity text,
         code text, count bigint)
     ON CONFLICT (bucket, map, company, service, side, event, severity, code)
       DO UPDATE SET entry_count = tally.entry_count + excluded.entry_count`,
    [jsonForPostgres(sums)],
  );
}

/** Trouble in groups by its fingerprint; a group that somebody took for mended opens again. */
export async function addToGroups(runner: QueryRunner, added: readonly KeptEntry[]): Promise<void> {
  const groups = new Map<string, { newest: KeptEntry; firstAt: string; count: number }>();
  for (const entry of added) {
    if (entry.fingerprint === null) continue;
    const known = groups.get(entry.fingerprint);
    groups.set(entry.fingerprint, {
      newest: known === undefined || entry.at >= known.newest.at ? entry : known.newest,
      firstAt: known === undefined || entry.at < known.firstAt ? entry.at : known.firstAt,
      count: (known?.count ?? 0) + 1,
    });
  }
  if (groups.size === 0) return;
  const rows = [...groups.values()].map(({ newest, firstAt, count }) => ({
    ...newest,
    fields: undefined,
    bytes: undefined,
    sampleKey: newest.key ?? newest.nativeId,
    firstAt,
    count,
  }));
  await runner.query(
    `INSERT INTO error_group AS known (fingerprint, map, company, service, side, table_name, event, severity, code,
       text, sample_key, entry_count, first_at, last_at)
     SELECT fingerprint, map, company, service, side, "table", event, severity, code, text, "sampleKey", count,
       "firstAt", at
     FROM jsonb_to_recordset($1::jsonb) AS found(fingerprint text, map text, company text, service text, side text,
       "table" text, event text, severity text, code text, text text, "sampleKey" text, count bigint,
       "firstAt" timestamptz, at timestamptz)
     ON CONFLICT (fingerprint) DO UPDATE SET
       entry_count = known.entry_count + excluded.entry_count,
       first_at = least(known.first_at, excluded.first_at),
       last_at = greatest(known.last_at, excluded.last_at),
       company = CASE WHEN known.company IS NOT DISTINCT FROM excluded.company THEN known.company END,
       text = excluded.text, sample_key = excluded.sample_key,
       state = CASE known.state WHEN 'resolved' THEN 'regressed' ELSE known.state END`,
    [jsonForPostgres(rows)],
  );
}

function sumBy<K extends object>(
  added: readonly KeptEntry[],
  keyOf: (entry: KeptEntry) => K,
): readonly (K & { readonly count: number })[] {
  const sums = new Map<string, K & { count: number }>();
  for (const entry of added) {
    const key = keyOf(entry);
    const name = JSON.stringify(key);
    const sum = sums.get(name) ?? { ...key, count: 0 };
    sum.count += 1;
    sums.set(name, sum);
  }
  return [...sums.values()];
}
