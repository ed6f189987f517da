import { durationMs } from '../config/duration';
import { quietBy, type NamedQuietPeriod } from '../config/quiet-period';
import { isAmong, isInScope } from '../config/scope';
import type { NamedSubscription } from '../config/subscription';
import type { Alert } from './alert-state';

export type Telling = 'fired' | 'repeated' | 'resolved';

/** What a subscription was told of an alert last. */
export interface Told {
  readonly alertId: string;
  readonly subscription: string;
  /** `closed`: it will not be told of it any more. */
  readonly told: Telling | 'closed';
  readonly toldAtMs: number;
}

/** One message to one subscription. */
export interface Notice {
  readonly subscription: NamedSubscription;
  readonly tellings: readonly { readonly alert: Alert; readonly telling: Telling }[];
}

export interface NoticeState {
  /** Firing and recovering ones, and resolved ones that somebody was told of. */
  readonly alerts: readonly Alert[];
  readonly told: readonly Told[];
  readonly subscriptions: readonly NamedSubscription[];
  readonly quiet: readonly NamedQuietPeriod[];
  readonly nowMs: number;
  packOf(map: string): string | null;
}

/**
 * Who is to be told now. It follows from what is and what was told, not from what has just happened: whatever a kill or a
 * quiet period kept from being told is told at the next look, if it still is so.
 */
export function planNotices(state: NoticeState): readonly Notice[] {
  return state.subscriptions.flatMap((subscription) => noticesTo(subscription, state));
}

/**
 * Alerts that are over, and whose end nobody wants to hear: the subscription is gone, or does not tell ends. They need
 * not be looked at again.
 */
export function closedTellings({ alerts, told, subscriptions, nowMs }: NoticeState): readonly Told[] {
  const over = new Set(alerts.filter(({ phase }) => phase === 'resolved').map(({ id }) => id));
  const telling = new Set(subscriptions.filter(({ tellsResolved }) => tellsResolved).map(({ name }) => name));
  return told
    .filter((one) => over.has(one.alertId) && one.told !== 'resolved' && one.told !== 'closed')
    .filter(({ subscription }) => !telling.has(subscription))
    .map((one) => ({ ...one, told: 'closed', toldAtMs: nowMs }));
}

function noticesTo(subscription: NamedSubscription, state: NoticeState): readonly Notice[] {
  const groups = new Map<string, Notice['tellings'][number][]>();
  for (const alert of state.alerts) {
    const telling = tellingOf(alert, subscription, state);
    if (telling === null) continue;
    const key =
      subscription.groupBy === 'all'
        ? ''
        : subscription.groupBy === 'rule'
          ? alert.rule
          : (alert.subject.map ?? alert.subject.service ?? '');
    groups.set(key, [...(groups.get(key) ?? []), { alert, telling }]);
  }
  return [...groups.values()]
    .filter((tellings) => tellings.some((one) => isReady(one, subscription, state.nowMs)))
    .map((tellings) => ({ subscription, tellings }));
}

/** A new alert waits for others that belong to the same trouble; with one that has waited, all go. */
function isReady(
  { alert, telling }: Notice['tellings'][number],
  subscription: NamedSubscription,
  nowMs: number,
): boolean {
  return telling !== 'fired' || nowMs - (alert.firedAtMs ?? nowMs) >= durationMs(subscription.groupWait);
}

function tellingOf(alert: Alert, subscription: NamedSubscription, state: NoticeState): Telling | null {
  const { nowMs, packOf } = state;
  const isWanted =
    isAmong(subscription.rules, alert.rule) &&
    isAmong(subscription.severities, alert.severity) &&
    isInScope(subscription, alert.subject, packOf);
  const last = state.told.find(
    (told) => told.alertId === alert.id && told.subscription === subscription.name,
  );
  // Who was told of its begin is told of its end, even if the subscription was narrowed since.
  if (!isWanted && last === undefined) return null;
  const telling = alert.phase === 'resolved' ? endOf(last, subscription) : goingOn(last, subscription, nowMs);
  if (telling === null) return null;
  const question = { alert, nowMs, subscription: subscription.name, packOf };
  return quietBy(state.quiet, question) === null ? telling : null;
}

/** Who was never told of it needs not be told that it is over. */
function endOf(last: Told | undefined, subscription: NamedSubscription): Telling | null {
  if (last === undefined || last.told === 'resolved' || last.told === 'closed') return null;
  return subscription.tellsResolved ? 'resolved' : null;
}

function goingOn(last: Told | undefined, subscription: NamedSubscription, nowMs: number): Telling | null {
  if (last === undefined) return 'fired';
  if (subscription.repeatEvery === undefined) return null;
  return nowMs - last.toldAtMs >= durationMs(subscription.repeatEvery) ? 'repeated' : null;
}
