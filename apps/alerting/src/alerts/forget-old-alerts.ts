import { log } from '@dualwrite/telemetry';
import type { DataSource } from 'typeorm';

const DAY_MS = 86_400_000;

/** Alerts that are over, deliveries that have ended, and samples of facts, as long as the journal is kept. */
export async function forgetOldAlerts(
  database: DataSource,
  { nowMs, keptDays }: { readonly nowMs: number; readonly keptDays: number },
): Promise<void> {
  const before = new Date(nowMs - keptDays * DAY_MS).toISOString();
  const gone = {
    alerts: await count(database, `DELETE FROM alert WHERE resolved_at < $1`, before),
    deliveries: await count(database, `DELETE FROM delivery WHERE ended_at < $1`, before),
    // The last sample of a subject says how it has stood since.
    samples: await count(
      database,
      `DELETE FROM fact_sample old USING fact_now known WHERE old.at < $1 AND known.fact = old.fact
         AND known.subject_key = old.subject_key AND old.at < known.sampled_at`,
      before,
    ),
  };
  if (Object.values(gone).some((number) => number > 0)) log.info('alerting.forgotten', { ...gone, keptDays });
}

async function count(database: DataSource, deletion: string, before: string): Promise<number> {
  const [row]: { gone: string }[] = await database.query(
    `WITH gone AS (${deletion} RETURNING 1) SELECT count(*) AS gone FROM gone`,
    [before],
  );
  return Number(row?.gone ?? 0);
}
