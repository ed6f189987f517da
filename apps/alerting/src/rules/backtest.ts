import type { NamedRule } from '../config/alert-rule';
import { subjectKey, type Subject } from '../config/scope';
import { stepAlert, type Alert } from './alert-state';
import type { Fact, FactName } from './facts';
import { judge, nothingOf, windowMsOf } from './judge';
import { matchesEntry, type Tally } from './matches';

export interface PastEntries extends Tally {
  readonly bucketMs: number;
}
export interface PastFact extends Fact {
  readonly atMs: number;
}

export interface Past {
  /** Oldest first, from one span of the rule before the beginning. */
  readonly entries: readonly PastEntries[];
  /** Oldest first, with the last ones before the beginning. */
  readonly facts: readonly PastFact[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  packOf(map: string): string | null;
}

/** An alert as it would have been. */
export interface PastAlert {
  readonly subject: Subject;
  readonly firedAtMs: number;
  /** Null: it would be firing still. */
  readonly resolvedAtMs: number | null;
  readonly peak: number;
  readonly words: string;
}

/** Facts that a rule looks at, of which history is needed. */
export function factsOf({ when }: NamedRule): readonly FactName[] {
  switch (when.kind) {
    case 'entries':
      return [];
    case 'silence':
      return ['running-since-ms'];
    case 'lag':
      return ['lag-ms'];
    case 'pause-age':
      return ['paused-since-ms'];
    case 'token-age':
      return ['token-since-ms'];
    case 'api-budget':
      return ['api-budget-percent'];
    default:
      return [when.kind];
  }
}

/** What the rule would have done: the same judgement and the same steps as live, on what was. */
export function backtest(rule: NamedRule, past: Past): readonly PastAlert[] {
  const { when } = rule;
  const spanMs = windowMsOf(when) ?? 0;
  const entries =
    when.kind === 'entries' || when.kind === 'silence'
      ? past.entries.filter((entry) => matchesEntry(when, entry))
      : [];
  const alerts = new Map<string, Alert>();
  const seen: PastAlert[] = [];
  const facts = new Map<string, Fact>();
  let [begin, end, told] = [0, 0, 0];
  for (let nowMs = past.fromMs; nowMs <= past.toMs; nowMs += past.stepMs) {
    while (end < entries.length && (entries[end]?.bucketMs ?? 0) <= nowMs) end += 1;
    while (begin < end && (entries[begin]?.bucketMs ?? 0) <= nowMs - spanMs) begin += 1;
    for (let fact = past.facts[told]; fact !== undefined && fact.atMs <= nowMs; fact = past.facts[told]) {
      facts.set(`${fact.fact} ${subjectKey(fact.subject)}`, fact);
      told += 1;
    }
    const sight = {
      nowMs,
      facts: [...facts.values()],
      tallies: entries.slice(begin, end),
      packOf: past.packOf,
    };
    const judgements = new Map(
      judge(rule, sight).map((judgement) => [subjectKey(judgement.subject), judgement]),
    );
    for (const [key, alert] of alerts) {
      if (!judgements.has(key)) judgements.set(key, nothingOf(alert.subject));
    }
    for (const [key, judgement] of judgements) {
      const { alert } = stepAlert(alerts.get(key) ?? null, judgement, { rule, nowMs, newId: () => key });
      if (alert === null) alerts.delete(key);
      else if (alert.phase === 'resolved') {
        alerts.delete(key);
        seen.push(asPast(alert));
      } else alerts.set(key, alert);
    }
  }
  return [...seen, ...[...alerts.values()].filter(({ firedAtMs }) => firedAtMs !== null).map(asPast)].sort(
    (left, right) => left.firedAtMs - right.firedAtMs,
  );
}

function asPast({ subject, firedAtMs, resolvedAtMs, peak, words }: Alert): PastAlert {
  return { subject, firedAtMs: firedAtMs ?? 0, resolvedAtMs, peak, words };
}
