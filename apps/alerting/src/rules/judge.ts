import type { Condition, NamedRule } from '../config/alert-rule';
import { durationMs, durationWords } from '../config/duration';
import { isAmong, isInScope, subjectKey, type Subject } from '../config/scope';
import { DEGRADED, ofService, type Fact, type FactName } from './facts';
import { matchesEntry, type Tally } from './matches';

/** What there is to judge by, at one moment. */
export interface Sight {
  readonly nowMs: number;
  readonly facts: readonly Fact[];
  /** Entries within the rule's own span, up to now. */
  readonly tallies: readonly Tally[];
  packOf(map: string): string | null;
}

/** How a rule's condition stands with one subject. */
export interface Judgement {
  readonly subject: Subject;
  readonly value: number;
  readonly isBreached: boolean;
  /** `12 entries within 15 min (limit 10)`. */
  readonly words: string;
}

/** Span of the journal that the rule looks at; null: it looks at none. */
export function windowMsOf(when: Condition): number | null {
  if (when.kind === 'entries') return durationMs(when.within);
  return when.kind === 'silence' ? durationMs(when.for) : null;
}

/** Pure: the same sight always gives the same judgements. Subjects that are not named stand at nothing. */
export function judge(rule: NamedRule, sight: Sight): readonly Judgement[] {
  // Entries are chosen by the scope before they are added up.
  if (rule.when.kind === 'entries') return judgeEntries(rule, rule.when, sight);
  return judgeFacts(rule.when, sight).filter(({ subject }) => isInScope(rule, subject, sight.packOf));
}

function judgeFacts(when: Exclude<Condition, Entries>, sight: Sight): readonly Judgement[] {
  switch (when.kind) {
    case 'silence':
      return judgeSilence(when, sight);
    case 'lag':
      return limits(sight, 'lag-ms', { above: durationMs(when.above), words: durationWords });
    case 'parked':
      return limits(sight, 'parked', { atLeast: when.atLeast, words: (n) => `${n} parked pairs` });
    case 'waiting':
      return limits(sight, 'waiting', { atLeast: when.atLeast, words: (n) => `${n} waiting pairs` });
    case 'differences':
      return limits(sight, 'differences', { atLeast: when.atLeast, words: (n) => `${n} rows differ` });
    case 'pause-age':
      return ages(sight, 'paused-since-ms', durationMs(when.above));
    case 'token-age':
      return ages(sight, 'token-since-ms', durationMs(when.above));
    case 'api-budget':
      return limits(sight, 'api-budget-percent', {
        above: when.abovePercent,
        words: (n) => `${Math.round(n)} % of the budget`,
      });
    case 'health':
      return limits(sight, 'health', { atLeast: DEGRADED, words: healthWords }).filter(({ subject }) =>
        when.of === 'maps'
          ? subject.map !== null
          : subject.service !== null && isAmong(when.services, subject.service),
      );
    case 'replicas':
      return judgeReplicas(when, sight);
  }
}

type Entries = Extract<Condition, { kind: 'entries' }>;

function judgeEntries(rule: NamedRule, when: Entries, { tallies, packOf }: Sight): readonly Judgement[] {
  const sums = new Map<string, { subject: Subject; value: number }>();
  for (const tally of tallies) {
    if (!matchesEntry(when, tally)) continue;
    const { map, company, count } = tally;
    if (!isInScope(rule, { map, company, service: null }, packOf)) continue;
    const subject = {
      map: rule.per === 'all' ? null : map,
      company: rule.per === 'company' || rule.companies !== undefined ? company : null,
      service: null,
    };
    const key = subjectKey(subject);
    sums.set(key, { subject, value: (sums.get(key)?.value ?? 0) + count });
  }
  const span = durationWords(durationMs(when.within));
  return [...sums.values()].map(({ subject, value }) => ({
    subject,
    value,
    isBreached: value >= when.atLeast,
    words: `${value} entries within ${span} (limit ${when.atLeast})`,
  }));
}

type Silence = Extract<Condition, { kind: 'silence' }>;

/** Only of maps that have been running for the whole span: nobody expects a word of the others. */
function judgeSilence(when: Silence, { nowMs, facts, tallies }: Sight): readonly Judgement[] {
  const spanMs = durationMs(when.for);
  return facts
    .filter(({ fact, value }) => fact === 'running-since-ms' && value > 0 && nowMs - value >= spanMs)
    .map(({ subject }) => {
      const value = tallies
        .filter((tally) => tally.map === subject.map && matchesEntry(when, tally))
        .reduce((sum, { count }) => sum + count, 0);
      return {
        subject,
        value,
        isBreached: value === 0,
        words: `${value} entries within ${durationWords(spanMs)}`,
      };
    });
}

interface Limit {
  readonly above?: number;
  readonly atLeast?: number;
  readonly words: (value: number) => string;
}

function limits({ facts }: Sight, name: FactName, { above, atLeast, words }: Limit): readonly Judgement[] {
  return facts
    .filter(({ fact }) => fact === name)
    .map(({ subject, value }) => ({
      subject,
      value,
      isBreached: above === undefined ? value >= (atLeast ?? 0) : value > above,
      words: `${words(value)}${name === 'health' ? '' : ` (limit ${words(above ?? atLeast ?? 0)})`}`,
    }));
}

function ages({ facts, nowMs }: Sight, name: FactName, aboveMs: number): readonly Judgement[] {
  return facts
    .filter(({ fact, value }) => fact === name && value > 0)
    .map(({ subject, value }) => ({
      subject,
      value: nowMs - value,
      isBreached: nowMs - value > aboveMs,
      words: `for ${durationWords(nowMs - value)} (limit ${durationWords(aboveMs)})`,
    }));
}

type Replicas = Extract<Condition, { kind: 'replicas' }>;

function judgeReplicas(when: Replicas, { facts }: Sight): readonly Judgement[] {
  const heard = facts.filter(({ fact }) => fact === 'replicas');
  const named = (when.services ?? []).filter(
    (service) => !service.endsWith('*') && !heard.some(({ subject }) => subject.service === service),
  );
  return [...heard, ...named.map((service) => ({ subject: ofService(service), value: 0 }))]
    .filter(({ subject }) => isAmong(when.services, subject.service))
    .map(({ subject, value }) => ({
      subject,
      value,
      isBreached: value < when.below,
      words: `${value} replicas alive (limit ${when.below})`,
    }));
}

function healthWords(value: number): string {
  return ['healthy', 'unknown', 'degraded', 'blocked'][value] ?? String(value);
}

/** A subject about which nothing was said: the condition does not hold of it. */
export function nothingOf(subject: Subject): Judgement {
  return { subject, value: 0, isBreached: false, words: 'nothing is seen any more' };
}
