import { randomUUID } from 'node:crypto';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Subject } from '../config/scope';
import { jsonForPostgres } from '../json-for-postgres';
import type { Alert } from '../rules/alert-state';
import type { Notice, Telling } from '../rules/plan-notices';

/** What is told of one alert. */
export interface ToldAlert {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly state: Telling;
  readonly map: string | null;
  readonly company: string | null;
  readonly service: string | null;
  readonly text: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
}

export interface NoticePayload {
  readonly subscription: string;
  readonly owner: string;
  readonly at: string;
  readonly alerts: readonly ToldAlert[];
}

export interface PausePayload {
  readonly map: string;
  readonly rule: string;
  readonly alertId: string;
  readonly text: string;
}

interface DeliveryBase {
  /** The same at every attempt: a receiver that gets it twice can tell. */
  readonly id: string;
  readonly attempts: number;
  readonly createdAtMs: number;
}
export type Delivery = DeliveryBase &
  (
    | { readonly kind: 'notice'; readonly channel: string; readonly payload: NoticePayload }
    | { readonly kind: 'pause'; readonly channel: null; readonly payload: PausePayload }
  );

type NewDelivery = Pick<DeliveryBase, 'id' | 'createdAtMs'> & {
  readonly kind: Delivery['kind'];
  readonly channel: string | null;
  readonly subscription: string | null;
  readonly payload: NoticePayload | PausePayload;
};

/** One delivery for each channel of the subscription: one that fails holds up no other. */
export function noticeDeliveries({ subscription, tellings }: Notice, nowMs: number): readonly NewDelivery[] {
  const payload: NoticePayload = {
    subscription: subscription.name,
    owner: subscription.owner,
    at: iso(nowMs),
    alerts: tellings.map(({ alert, telling }) => ({
      id: alert.id,
      rule: alert.rule,
      severity: alert.severity,
      state: telling,
      ...(alert.subject satisfies Subject),
      text: alert.words,
      firedAt: alert.firedAtMs === null ? null : iso(alert.firedAtMs),
      resolvedAt: alert.resolvedAtMs === null ? null : iso(alert.resolvedAtMs),
    })),
  };
  return [...new Set(subscription.channels)].map((channel) => ({
    id: randomUUID(),
    createdAtMs: nowMs,
    kind: 'notice',
    channel,
    subscription: subscription.name,
    payload,
  }));
}

export function pauseDelivery(alert: Alert, map: string, nowMs: number): NewDelivery {
  const payload = { map, rule: alert.rule, alertId: alert.id, text: alert.words };
  return { id: randomUUID(), createdAtMs: nowMs, kind: 'pause', channel: null, subscription: null, payload };
}

export async function enqueue(runner: QueryRunner, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return;
  await runner.query(
    `INSERT INTO delivery (id, kind, channel, subscription, payload, state, due_at, created_at)
     SELECT id, kind, channel, subscription, payload, 'queued', at, at FROM jsonb_to_recordset($1::jsonb)
       AS said(id uuid, kind text, channel text, subscription text, payload jsonb, at timestamptz)`,
    [jsonForPostgres(deliveries.map((delivery) => ({ ...delivery, at: iso(delivery.createdAtMs) })))],
  );
}

/** Takes what is due for this replica alone; one that is killed meanwhile leaves it to the others after the claim. */
export async function claimDue(
  database: DataSource,
  { claimMs, limit }: { readonly claimMs: number; readonly limit: number },
): Promise<readonly Delivery[]> {
  const rows: DeliveryRow[] = await database.query(
    `WITH due AS (
       SELECT id FROM delivery
       WHERE state = 'queued' AND due_at <= now() AND (claimed_until IS NULL OR claimed_until <= now())
       ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED
     ), claimed AS (
       UPDATE delivery SET claimed_until = now() + $2 * interval '1 ms', attempts = attempts + 1
       FROM due WHERE delivery.id = due.id RETURNING delivery.*
     ) SELECT * FROM claimed ORDER BY due_at`,
    [limit, claimMs],
  );
  return rows.map(
    (row) =>
      ({
        id: row.id,
        kind: row.kind,
        channel: row.channel,
        payload: row.payload,
        attempts: row.attempts,
        createdAtMs: row.created_at.getTime(),
      }) as Delivery,
  );
}

export type DeliveryEnd =
  | { readonly state: 'sent' | 'failed'; readonly answer: string }
  | { readonly state: 'queued'; readonly answer: string; readonly retryAfterMs: number };

export async function endAttempt(
  runner: QueryRunner | DataSource,
  id: string,
  end: DeliveryEnd,
): Promise<void> {
  await runner.query(
    `UPDATE delivery SET state = $2, last_answer = $3, claimed_until = NULL,
       due_at = CASE WHEN $2 = 'queued' THEN now() + $4 * interval '1 ms' ELSE due_at END,
       ended_at = CASE WHEN $2 = 'queued' THEN NULL ELSE now() END
     WHERE id = $1`,
    [id, end.state, end.answer, end.state === 'queued' ? end.retryAfterMs : 0],
  );
}

/** A delivery as the API tells it. */
export interface DeliveryView {
  readonly id: string;
  readonly kind: string;
  readonly channel: string | null;
  readonly subscription: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly createdAt: string;
  readonly endedAt: string | null;
  readonly dueAt: string;
  readonly answer: string | null;
  readonly payload: unknown;
}

/** The newest first. */
export async function listDeliveries(database: DataSource, limit: number): Promise<readonly DeliveryView[]> {
  const rows: DeliveryRow[] = await database.query(
    `SELECT * FROM delivery ORDER BY created_at DESC LIMIT $1`,
    [limit],
  );
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    channel: row.channel,
    subscription: row.subscription,
    state: row.state,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    dueAt: row.due_at.toISOString(),
    answer: row.last_answer,
    payload: row.payload,
  }));
}

interface DeliveryRow {
  readonly id: string;
  readonly kind: Delivery['kind'];
  readonly channel: string | null;
  readonly subscription: string | null;
  readonly payload: unknown;
  readonly state: string;
  readonly attempts: number;
  readonly created_at: Date;
  readonly ended_at: Date | null;
  readonly due_at: Date;
  readonly last_answer: string | null;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
