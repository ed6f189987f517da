import { alertRule, type NamedRule } from '../config/alert-rule';
import { quietPeriod, type NamedQuietPeriod } from '../config/quiet-period';
import { subscription, type NamedSubscription } from '../config/subscription';
import type { Alert } from '../rules/alert-state';
import type { Tally } from '../rules/matches';
import type { z } from 'zod';

/** What people set up, of which a test says only what matters to it. */
export function aRule(spec: Partial<z.input<typeof alertRule>> = {}, name = 'rule'): NamedRule {
  const when = { kind: 'entries' as const, severities: ['error' as const], atLeast: 10, within: '15m' };
  return { ...alertRule.parse({ when, ...spec }), name };
}

export function aSubscription(
  spec: Partial<z.input<typeof subscription>> = {},
  name = 'ana',
): NamedSubscription {
  return {
    ...subscription.parse({ owner: 'ana@contoso.com', channels: ['mail'], groupWait: '0s', ...spec }),
    name,
  };
}

export function aQuietPeriod(spec: z.input<typeof quietPeriod>, name = 'night'): NamedQuietPeriod {
  return { ...quietPeriod.parse(spec), name };
}

export function aTally(tally: Partial<Tally> = {}): Tally {
  return {
    map: 'm',
    company: null,
    service: 'mapper',
    side: null,
    event: 'parked',
    severity: 'error',
    code: null,
    count: 1,
    ...tally,
  };
}

export function anAlert(alert: Partial<Alert> = {}): Alert {
  return {
    id: '11111111-1111-4111-8111-111111111111',
    rule: 'rule',
    subject: { map: 'm', company: null, service: null },
    severity: 'warning',
    phase: 'firing',
    sinceMs: 0,
    firedAtMs: 0,
    resolvedAtMs: null,
    value: 10,
    firstValue: 10,
    peak: 10,
    words: 'too many',
    ...alert,
  };
}
