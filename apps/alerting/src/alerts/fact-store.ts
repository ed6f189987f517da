import type { DataSource, QueryRunner } from 'typeorm';
import { subjectKey, type Subject } from '../config/scope';
import { jsonForPostgres } from '../json-for-postgres';
import type { Fact, FactName } from '../rules/facts';

/** A number that trembles is kept this often; that something begins or ends is kept at once. */
const SAMPLE_EVERY_MS = 30_000;

export async function lastFacts(runner: QueryRunner | DataSource): Promise<readonly Fact[]> {
  return runner.query(`SELECT fact, subject, value FROM fact_now`);
}

/** Keeps what is true now, and what has changed as history: what a back-test walks over. */
export async function storeFacts(runner: QueryRunner, facts: readonly Fact[], nowMs: number): Promise<void> {
  if (facts.length === 0) return;
  const rows = facts.map((fact) => ({ ...fact, key: subjectKey(fact.subject) }));
  await runner.query(
    `WITH said AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS said(fact text, key text, subject jsonb, value double precision)
     ), news AS (
       SELECT said.* FROM said LEFT JOIN fact_now known ON known.fact = said.fact AND known.subject_key = said.key
       WHERE known.fact IS NULL OR (known.sampled_value <> said.value AND
         ((known.sampled_value = 0) <> (said.value = 0)
           OR known.sampled_at <= $2::timestamptz - $3 * interval '1 ms'))
     ), sampled AS (
       INSERT INTO fact_sample (fact, subject_key, at, subject, value)
       SELECT fact, key, $2, subject, value FROM news ON CONFLICT DO NOTHING
     )
     INSERT INTO fact_now AS known (fact, subject_key, subject, value, sampled_at, sampled_value)
     SELECT fact, key, subject, value, $2, value FROM said
     ON CONFLICT (fact, subject_key) DO UPDATE SET value = excluded.value,
       sampled_at = CASE WHEN EXISTS (SELECT FROM news WHERE news.fact = known.fact AND news.key = known.subject_key)
         THEN excluded.sampled_at ELSE known.sampled_at END,
       sampled_value = CASE WHEN EXISTS (SELECT FROM news WHERE news.fact = known.fact
         AND news.key = known.subject_key) THEN excluded.value ELSE known.sampled_value END
     WHERE known.value <> excluded.value OR known.sampled_value <> excluded.value`,
    [jsonForPostgres(rows), new Date(nowMs).toISOString(), SAMPLE_EVERY_MS],
  );
}

export interface FactSample extends Fact {
  readonly atMs: number;
}

/** History of these facts, oldest first; of each subject the last sample before the span, too. */
export async function samplesWithin(
  database: DataSource,
  facts: readonly FactName[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<readonly FactSample[]> {
  const rows: { fact: FactName; subject: Subject; value: number; at: Date }[] = await database.query(
    `SELECT fact, subject, value, at FROM (
       (SELECT DISTINCT ON (fact, subject_key) fact, subject_key, subject, value, at FROM fact_sample
        WHERE fact = ANY($1) AND at < $2 ORDER BY fact, subject_key, at DESC)
       UNION ALL
       SELECT fact, subject_key, subject, value, at FROM fact_sample WHERE fact = ANY($1) AND at >= $2 AND at <= $3
     ) samples ORDER BY at`,
    [facts, new Date(fromMs).toISOString(), new Date(toMs).toISOString()],
  );
  return rows.map(({ at, ...fact }) => ({ ...fact, atMs: at.getTime() }));
}
