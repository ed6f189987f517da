import type { NamedRule } from '../config/alert-rule';
import { quietBy, type NamedQuietPeriod } from '../config/quiet-period';
import { subjectKey } from '../config/scope';
import { endAlert, stepAlert, type Alert } from '../rules/alert-state';
import { judge, nothingOf, windowMsOf, type Judgement, type Sight } from '../rules/judge';
import type { Fact } from '../rules/facts';
import type { Tally } from '../rules/matches';

export interface Happening {
  readonly kind: 'fired' | 'resolved';
  readonly alert: Alert;
}

/** What one look at everything makes of the alerts. */
export interface Evaluation {
  readonly kept: readonly Alert[];
  readonly forgotten: readonly string[];
  readonly happenings: readonly Happening[];
  readonly pauses: readonly { readonly alert: Alert; readonly map: string }[];
}

export interface EvaluationInput {
  readonly rules: readonly NamedRule[];
  readonly quiet: readonly NamedQuietPeriod[];
  /** Those that are not resolved. */
  readonly alerts: readonly Alert[];
  readonly facts: readonly Fact[];
  /** By span in ms. */
  readonly tallies: ReadonlyMap<number, readonly Tally[]>;
  readonly nowMs: number;
  readonly newId: () => string;
  packOf(map: string): string | null;
}

/** Pure: every rule with everything that it is about. */
export function evaluate(input: EvaluationInput): Evaluation {
  const kept: Alert[] = [];
  const forgotten: string[] = [];
  const happenings: Happening[] = [];
  const pauses: { alert: Alert; map: string }[] = [];
  const left = new Map(input.alerts.map((alert) => [nameOf(alert.rule, alert), alert]));

  const take = (known: Alert | null, rule: NamedRule | null, judgement: Judgement | null): void => {
    const { nowMs, newId } = input;
    const step =
      rule === null || judgement === null
        ? known && endAlert(known, nowMs)
        : stepAlert(known, judgement, { rule, nowMs, newId });
    if (step === null) return;
    if (step.alert === null && known !== null) forgotten.push(known.id);
    if (step.alert !== null) kept.push(step.alert);
    if (step.alert === null || step.happening === null) return;
    happenings.push({ kind: step.happening, alert: step.alert });
    const { map } = step.alert.subject;
    if (step.happening === 'fired' && rule?.action === 'pause-map' && map !== null) {
      if (mayAct(step.alert, input)) pauses.push({ alert: step.alert, map });
    }
  };

  for (const rule of input.rules.filter(({ isEnabled }) => isEnabled)) {
    const sight: Sight = { ...input, tallies: input.tallies.get(windowMsOf(rule.when) ?? 0) ?? [] };
    for (const judgement of judge(rule, sight)) {
      const name = nameOf(rule.name, judgement);
      take(left.get(name) ?? null, rule, judgement);
      left.delete(name);
    }
    for (const [name, alert] of left) {
      if (alert.rule !== rule.name) continue;
      take(alert, rule, nothingOf(alert.subject));
      left.delete(name);
    }
  }
  for (const alert of left.values()) take(alert, null, null);
  return { kept, forgotten, happenings, pauses };
}

/** During maintenance everything is expected to look wrong: nothing is paused for it. */
function mayAct(alert: Alert, { quiet, nowMs, packOf }: EvaluationInput): boolean {
  return quietBy(quiet, { alert, nowMs, subscription: null, packOf }) === null;
}

function nameOf(rule: string, { subject }: Pick<Alert, 'subject'>): string {
  return `${rule} ${subjectKey(subject)}`;
}
