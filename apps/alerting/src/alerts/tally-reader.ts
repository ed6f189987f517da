import type { DataSource, QueryRunner } from 'typeorm';
import { NONE, TALLY_BUCKET_MS } from '../journal/journal-sums';
import type { Tally } from '../rules/matches';

/** Counts of entries within a span up to now; a bucket that the span begins in counts whole. */
export async function talliesWithin(
  runner: QueryRunner | DataSource,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly Tally[]> {
  const rows: TallyRow[] = await runner.query(
    `SELECT map, company, service, side, event, severity, code, sum(entry_count) AS entries FROM tally
     WHERE bucket > $1 AND bucket <= $2 GROUP BY map, company, service, side, event, severity, code`,
    [iso(fromMs - TALLY_BUCKET_MS), iso(toMs)],
  );
  return rows.map(asTally);
}

/** The same by bucket, oldest first: what a back-test walks over. */
export async function bucketsWithin(
  database: DataSource,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly (Tally & { readonly bucketMs: number })[]> {
  const rows: (TallyRow & { bucket: Date })[] = await database.query(
    `SELECT bucket, map, company, service, side, event, severity, code, entry_count AS entries FROM tally
     WHERE bucket > $1 AND bucket <= $2 ORDER BY bucket`,
    [iso(fromMs - TALLY_BUCKET_MS), iso(toMs)],
  );
  return rows.map((row) => ({ ...asTally(row), bucketMs: row.bucket.getTime() }));
}

interface TallyRow {
  readonly map: string;
  readonly company: string;
  readonly service: string;
  readonly side: string;
  readonly event: string;
  readonly severity: string;
  readonly code: string;
  readonly entries: string;
}

function asTally(row: TallyRow): Tally {
  const known = (text: string): string | null => (text === NONE ? null : text);
  return {
    map: known(row.map),
    company: known(row.company),
    service: row.service,
    side: known(row.side),
    event: row.event,
    severity: row.severity,
    code: known(row.code),
    count: Number(row.entries),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
