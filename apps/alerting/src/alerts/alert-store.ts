import type { DataSource, QueryRunner } from 'typeorm';
import { subjectKey, type Subject } from '../config/scope';
import { jsonForPostgres } from '../json-for-postgres';
import type { Alert, Phase } from '../rules/alert-state';
import type { Told } from '../rules/plan-notices';

/** Alerts that go on, and those that are over but not told to be. */
export async function openAlerts(runner: QueryRunner): Promise<readonly Alert[]> {
  const rows: AlertRow[] = await runner.query(`
    SELECT * FROM alert WHERE resolved_at IS NULL
    UNION ALL
    SELECT * FROM alert WHERE resolved_at IS NOT NULL
      AND EXISTS (SELECT FROM alert_notice WHERE alert_id = alert.id AND told NOT IN ('resolved', 'closed'))`);
  return rows.map(asAlert);
}

export async function toldOf(runner: QueryRunner, alerts: readonly Alert[]): Promise<readonly Told[]> {
  const rows: { alert_id: string; subscription: string; told: Told['told']; told_at: Date }[] =
    await runner.query(`SELECT * FROM alert_notice WHERE alert_id = ANY($1::uuid[])`, [
      alerts.map(({ id }) => id),
    ]);
  return rows.map((row) => ({
    alertId: row.alert_id,
    subscription: row.subscription,
    told: row.told,
    toldAtMs: row.told_at.getTime(),
  }));
}

export async function storeAlerts(runner: QueryRunner, alerts: readonly Alert[]): Promise<void> {
  if (alerts.length === 0) return;
  const rows = alerts.map((alert) => ({
    ...alert,
    subjectKey: subjectKey(alert.subject),
    since: iso(alert.sinceMs),
    firedAt: iso(alert.firedAtMs),
    resolvedAt: iso(alert.resolvedAtMs),
  }));
  await runner.query(
    `INSERT INTO alert (id, rule, subject, subject_key, severity, phase, since, fired_at, resolved_at, value,
       first_value, peak, words)
     SELECT id, rule, subject, "subjectKey", severity, phase, since, "firedAt", "resolvedAt", value, "firstValue",
       peak, words
     FROM jsonb_to_recordset($1::jsonb) AS said(id uuid, rule text, subject jsonb, "subjectKey" text, severity text,
       phase text, since timestamptz, "firedAt" timestamptz, "resolvedAt" timestamptz, value double precision,
       "firstValue" double precision, peak double precision, words text)
     ON CONFLICT (id) DO UPDATE SET severity = excluded.severity, phase = excluded.phase, since = excluded.since,
       fired_at = excluded.fired_at, resolved_at = excluded.resolved_at, value = excluded.value,
       first_value = excluded.first_value, peak = excluded.peak, words = excluded.words`,
    [jsonForPostgres(rows)],
  );
}

export async function forgetAlerts(runner: QueryRunner, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await runner.query(`DELETE FROM alert WHERE id = ANY($1::uuid[])`, [ids]);
}

export async function storeTold(runner: QueryRunner, told: readonly Told[]): Promise<void> {
  if (told.length === 0) return;
  await runner.query(
    `INSERT INTO alert_notice (alert_id, subscription, told, told_at)
     SELECT "alertId", subscription, told, at FROM jsonb_to_recordset($1::jsonb)
       AS said("alertId" uuid, subscription text, told text, at timestamptz)
     ON CONFLICT (alert_id, subscription) DO UPDATE SET told = excluded.told, told_at = excluded.told_at`,
    [jsonForPostgres(told.map((one) => ({ ...one, at: iso(one.toldAtMs) })))],
  );
}

/** An alert as the API tells it. */
export interface AlertView {
  readonly id: string;
  readonly rule: string;
  readonly map: string | null;
  readonly company: string | null;
  readonly service: string | null;
  readonly severity: string;
  readonly state: Phase;
  readonly since: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  readonly value: number;
  readonly peak: number;
  readonly text: string;
  readonly told: readonly { readonly subscription: string; readonly told: string; readonly at: string }[];
}

/** For people; the newest first. */
export async function listAlerts(
  database: DataSource,
  { all, limit }: { readonly all: boolean; readonly limit: number },
): Promise<readonly AlertView[]> {
  const rows: (AlertRow & { told: AlertView['told'] | null })[] = await database.query(
    `SELECT alert.*, (SELECT jsonb_agg(jsonb_build_object('subscription', subscription, 'told', told, 'at', told_at)
       ORDER BY subscription) FROM alert_notice WHERE alert_id = alert.id) AS told
     FROM alert WHERE $1 OR resolved_at IS NULL ORDER BY coalesce(resolved_at, 'infinity') DESC, since DESC LIMIT $2`,
    [all, limit],
  );
  return rows.map((row) => {
    const { id, rule, subject, severity, phase, value, peak, words } = asAlert(row);
    return {
      ...{ id, rule, ...subject, severity, state: phase, since: row.since.toISOString() },
      firedAt: row.fired_at?.toISOString() ?? null,
      resolvedAt: row.resolved_at?.toISOString() ?? null,
      ...{ value, peak, text: words, told: row.told ?? [] },
    };
  });
}

interface AlertRow {
  readonly id: string;
  readonly rule: string;
  readonly subject: Subject;
  readonly severity: Alert['severity'];
  readonly phase: Phase;
  readonly since: Date;
  readonly fired_at: Date | null;
  readonly resolved_at: Date | null;
  readonly value: number;
  readonly first_value: number;
  readonly peak: number;
  readonly words: string;
}

function asAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    rule: row.rule,
    subject: row.subject,
    severity: row.severity,
    phase: row.phase,
    sinceMs: row.since.getTime(),
    firedAtMs: row.fired_at?.getTime() ?? null,
    resolvedAtMs: row.resolved_at?.getTime() ?? null,
    value: row.value,
    firstValue: row.first_value,
    peak: row.peak,
    words: row.words,
  };
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
