import { anAlert, aQuietPeriod, aSubscription } from '../testing/setup';
import { closedTellings, planNotices, type NoticeState, type Told } from './plan-notices';

const NOW = Date.parse('2026-11-23T12:00:00Z');
const HOUR_MS = 3_600_000;
const one = anAlert({ firedAtMs: NOW });
const other = anAlert({
  id: '22222222-2222-4222-8222-222222222222',
  rule: 'lag',
  subject: { map: 'n', company: null, service: null },
  firedAtMs: NOW,
});
const over = anAlert({ phase: 'resolved', resolvedAtMs: NOW });
const toldOf = (told: Told['told'], toldAtMs = NOW - HOUR_MS): Told => ({
  alertId: one.id,
  subscription: 'ana',
  told,
  toldAtMs,
});

/** Subscription and what it is told, by message. */
function plan(state: Partial<NoticeState>): string[] {
  const notices = planNotices({
    alerts: [one],
    told: [],
    subscriptions: [aSubscription()],
    quiet: [],
    nowMs: NOW,
    packOf: (map) => (map === 'm' ? 'sales' : null),
    ...state,
  });
  return notices.map(
    ({ subscription, tellings }) =>
      `${subscription.name}: ${tellings.map(({ alert, telling }) => `${alert.rule} ${telling}`).join(', ')}`,
  );
}

describe('planNotices', () => {
  it('given a new alert, then who subscribes is told once', () => {
    expect(plan({})).toEqual(['ana: rule fired']);
    expect(plan({ told: [toldOf('fired')] })).toEqual([]);
  });

  it.each([
    [{ groupBy: 'all' as const }, ['ana: rule fired, lag fired']],
    [{ groupBy: 'map' as const }, ['ana: rule fired', 'ana: lag fired']],
    [{ groupBy: 'rule' as const }, ['ana: rule fired', 'ana: lag fired']],
    [{ maps: ['m'] }, ['ana: rule fired']],
    [{ packs: ['sales'] }, ['ana: rule fired']],
    [{ rules: ['lag'] }, ['ana: lag fired']],
    [{ severities: ['critical' as const] }, []],
    [{ companies: ['usmf'] }, []],
  ])('given two alerts and a subscription with %j, then %j', (spec, messages) => {
    expect(plan({ alerts: [one, other], subscriptions: [aSubscription(spec)] })).toEqual(messages);
  });

  it('given that the first waits for others, when it has waited, then all go in one message', () => {
    const subscriptions = [aSubscription({ groupWait: '10s' })];
    expect(plan({ alerts: [one], subscriptions, nowMs: NOW + 9_999 })).toEqual([]);
    const late = { ...other, firedAtMs: NOW + 9_000 };
    expect(plan({ alerts: [one, late], subscriptions, nowMs: NOW + 10_000 })).toEqual([
      'ana: rule fired, lag fired',
    ]);
  });

  it('given an alert that goes on, then it is told again at the interval, and not without one', () => {
    const told = [toldOf('fired', NOW - HOUR_MS)];
    expect(plan({ told, subscriptions: [aSubscription({ repeatEvery: '1h' })] })).toEqual([
      'ana: rule repeated',
    ]);
    expect(plan({ told, subscriptions: [aSubscription({ repeatEvery: '2h' })] })).toEqual([]);
  });

  it('given an alert that is over, then those are told who were told that it began', () => {
    const subscriptions = [aSubscription(), aSubscription({}, 'ben')];
    expect(plan({ alerts: [over], told: [toldOf('fired')], subscriptions })).toEqual(['ana: rule resolved']);
    expect(plan({ alerts: [over], told: [toldOf('resolved')] })).toEqual([]);
    const silent = [aSubscription({ tellsResolved: false })];
    expect(plan({ alerts: [over], told: [toldOf('fired')], subscriptions: silent })).toEqual([]);
  });

  it('given an end that nobody wants to hear, then the alert is looked at no more', () => {
    const state = (subscriptions: NoticeState['subscriptions'], told = [toldOf('fired')]): NoticeState => ({
      ...{ alerts: [over], told, subscriptions, quiet: [], nowMs: NOW, packOf: () => null },
    });
    const closed = [{ ...toldOf('closed'), toldAtMs: NOW }];
    expect(closedTellings(state([]))).toEqual(closed);
    expect(closedTellings(state([aSubscription({ tellsResolved: false })]))).toEqual(closed);
    expect(closedTellings(state([aSubscription()]))).toEqual([]);
    expect(closedTellings(state([], [toldOf('resolved')]))).toEqual([]);
    expect(planNotices(state([aSubscription()], [toldOf('closed')]))).toEqual([]);
  });

  it('given a subscription that was narrowed since, then it still hears the end of what it heard begin', () => {
    const subscriptions = [aSubscription({ maps: ['n'] })];
    expect(plan({ alerts: [over], told: [toldOf('fired')], subscriptions })).toEqual(['ana: rule resolved']);
  });

  it('given a quiet period, when it ends and the alert goes on, then it is told then', () => {
    const quiet = [aQuietPeriod({ until: '2026-11-23T13:00:00Z' })];
    expect(plan({ quiet })).toEqual([]);
    expect(plan({ quiet, nowMs: NOW + HOUR_MS })).toEqual(['ana: rule fired']);
    expect(plan({ quiet, alerts: [over], told: [toldOf('fired')] })).toEqual([]);
    expect(plan({ quiet, alerts: [over], told: [toldOf('fired')], nowMs: NOW + HOUR_MS })).toEqual([
      'ana: rule resolved',
    ]);
  });
});
