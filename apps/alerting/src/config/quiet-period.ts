import { Cron } from 'croner';
import { z } from 'zod';
import { duration, durationMs } from './duration';
import { isAmong, isInScope, scopeFields, type Subject } from './scope';

const SPAN_MS_MAX = 31 * 86_400_000;
const moment = z.iso.datetime({ offset: true, error: 'must be a time like 2026-11-23T22:00:00Z' });
const names = z.array(z.string().min(1).max(200)).min(1).max(500);

/** A time in which nobody is told. It always ends: once, or again and again for a while. */
export const quietPeriod = z
  .strictObject({
    description: z.string().max(1_000).optional(),
    /** `quiet`: nobody is told; `maintenance`: and no map is paused. */
    kind: z.enum(['quiet', 'maintenance']).default('quiet'),
    from: moment.optional(),
    until: moment.optional(),
    /** When it begins, again and again: five fields, minutes first. */
    cron: z.string().max(100).optional(),
    for: duration.optional(),
    timeZone: z.string().max(100).default('UTC'),
    ...scopeFields,
    rules: names.optional(),
    /** Of one alert only. */
    alert: z.uuid().optional(),
    /** Who is not told; left out: nobody is. */
    subscriptions: names.optional(),
    /** Alerts of at least this severity are told all the same. */
    exceptSeverity: z.enum(['critical']).optional(),
    /** An alert whose value has grown so many times since it began is told all the same. */
    exceptWorseTimes: z.number().min(1).max(1_000).optional(),
  })
  .superRefine((period, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    if (period.cron === undefined) {
      if (period.until === undefined) refuse('until', 'is required: a quiet period ends');
      if (period.for !== undefined) refuse('for', 'goes with cron; without it, say until');
      if (period.until !== undefined && Date.parse(period.until) <= Date.parse(period.from ?? '1970-01-01'))
        refuse('until', 'must be after from');
      return;
    }
    if (period.for === undefined) refuse('for', 'is required: a quiet period ends');
    else if (durationMs(period.for) > SPAN_MS_MAX) refuse('for', 'must be at most 31d');
    const problem = cronProblem(period.cron, period.timeZone);
    if (problem !== null) refuse('cron', problem);
  });
export type QuietPeriod = z.output<typeof quietPeriod>;

export interface NamedQuietPeriod extends QuietPeriod {
  readonly name: string;
}

/** What a period is asked about. */
export interface QuietQuestion {
  readonly nowMs: number;
  readonly alert: {
    readonly id: string;
    readonly rule: string;
    readonly subject: Subject;
    readonly severity: string;
    readonly value: number;
    readonly firstValue: number;
  };
  /** Null: the alert's action is asked for, not its telling. */
  readonly subscription: string | null;
  packOf(map: string): string | null;
}

/** The period that keeps an alert quiet now, or null: the first that does decides, and is named. */
export function quietBy(
  periods: readonly NamedQuietPeriod[],
  question: QuietQuestion,
): NamedQuietPeriod | null {
  return periods.find((period) => isQuiet(period, question)) ?? null;
}

function isQuiet(period: NamedQuietPeriod, { nowMs, alert, subscription, packOf }: QuietQuestion): boolean {
  if (subscription === null && period.kind !== 'maintenance') return false;
  if (subscription !== null && !isAmong(period.subscriptions, subscription)) return false;
  if (period.alert !== undefined && period.alert !== alert.id) return false;
  if (!isAmong(period.rules, alert.rule) || !isInScope(period, alert.subject, packOf)) return false;
  if (period.exceptSeverity !== undefined && alert.severity === period.exceptSeverity) return false;
  if (period.exceptWorseTimes !== undefined && alert.value >= alert.firstValue * period.exceptWorseTimes)
    return false;
  return endOfPeriod(period, nowMs) !== null;
}

/** When the period that covers this moment ends; null: none does. */
export function endOfPeriod(period: QuietPeriod, nowMs: number): number | null {
  const fromMs = Date.parse(period.from ?? '1970-01-01T00:00:00Z');
  const untilMs = period.until === undefined ? Infinity : Date.parse(period.until);
  if (nowMs < fromMs || nowMs >= untilMs) return null;
  if (period.cron === undefined) return untilMs;
  const spanMs = durationMs(period.for ?? '0s');
  // A run at this very moment is not before it; one millisecond on, it is.
  const [began] = new Cron(period.cron, { timezone: period.timeZone }).previousRuns(1, new Date(nowMs + 1));
  const endMs = Math.min(untilMs, (began?.getTime() ?? -Infinity) + spanMs);
  return nowMs < endMs ? endMs : null;
}

function cronProblem(pattern: string, timezone: string): string | null {
  try {
    const next = new Cron(pattern, { timezone }).nextRun();
    return next === null ? 'never comes' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
