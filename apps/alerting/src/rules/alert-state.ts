import type { NamedRule } from '../config/alert-rule';
import { durationMs } from '../config/duration';
import type { Subject } from '../config/scope';
import type { Judgement } from './judge';

export type Phase = 'pending' | 'firing' | 'recovering' | 'resolved';

/** An alert: one rule that held of one subject. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly subject: Subject;
  readonly severity: 'warning' | 'critical';
  readonly phase: Phase;
  /** Begin of the phase. */
  readonly sinceMs: number;
  readonly firedAtMs: number | null;
  readonly resolvedAtMs: number | null;
  readonly value: number;
  /** When it fired. */
  readonly firstValue: number;
  readonly peak: number;
  readonly words: string;
}

export interface Step {
  /** Null: there is nothing to keep. */
  readonly alert: Alert | null;
  readonly happening: 'fired' | 'resolved' | null;
}

/**
 * What a judgement makes of an alert. `for` keeps what passes by itself from firing; `recoverAfter` keeps what comes and
 * goes one alert.
 *
 * @param newId for an alert that begins now
 */
export function stepAlert(
  known: Alert | null,
  judgement: Judgement,
  { rule, nowMs, newId }: { readonly rule: NamedRule; readonly nowMs: number; readonly newId: () => string },
): Step {
  const { isBreached, value, words } = judgement;
  if (known === null) {
    if (!isBreached) return { alert: null, happening: null };
    const begun: Alert = {
      id: newId(),
      rule: rule.name,
      subject: judgement.subject,
      severity: rule.severity,
      phase: 'pending',
      sinceMs: nowMs,
      firedAtMs: null,
      resolvedAtMs: null,
      value,
      firstValue: value,
      peak: value,
      words,
    };
    return durationMs(rule.for) === 0 ? fire(begun, nowMs) : { alert: begun, happening: null };
  }
  if (known.phase === 'pending') {
    if (!isBreached) return { alert: null, happening: null };
    const seen = { ...known, value, words, peak: Math.max(known.peak, value) };
    return nowMs - known.sinceMs >= durationMs(rule.for)
      ? fire(seen, nowMs)
      : { alert: seen, happening: null };
  }
  if (isBreached) {
    const seen = { ...known, value, words, severity: rule.severity, peak: Math.max(known.peak, value) };
    const again = known.phase === 'recovering' ? { ...seen, phase: 'firing' as const, sinceMs: nowMs } : seen;
    return { alert: again, happening: null };
  }
  const recovering =
    known.phase === 'firing' ? { ...known, phase: 'recovering' as const, sinceMs: nowMs } : known;
  if (nowMs - recovering.sinceMs < durationMs(rule.recoverAfter)) {
    return { alert: { ...recovering, value }, happening: null };
  }
  return resolve({ ...recovering, value }, words, nowMs);
}

/** The rule was deleted or switched off: an alert of it is over, whatever is seen. */
export function endAlert(known: Alert, nowMs: number): Step {
  if (known.phase === 'pending') return { alert: null, happening: null };
  return resolve(known, 'the rule is gone or switched off', nowMs);
}

function fire(alert: Alert, nowMs: number): Step {
  const fired: Alert = {
    ...alert,
    phase: 'firing',
    sinceMs: nowMs,
    firedAtMs: nowMs,
    firstValue: alert.value,
  };
  return { alert: fired, happening: 'fired' };
}

function resolve(alert: Alert, words: string, nowMs: number): Step {
  return {
    alert: { ...alert, phase: 'resolved', sinceMs: nowMs, resolvedAtMs: nowMs, words },
    happening: 'resolved',
  };
}
