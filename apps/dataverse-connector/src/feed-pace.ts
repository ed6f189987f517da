import type { FeedClass, ObservedTable } from '@dualwrite/connector';
import type { Registration } from './webhook-registrations';

export interface PaceFacts {
  readonly kind: ObservedTable['kind'];
  readonly registration: Registration;
  /** No change has come without a word lately. */
  readonly isTrusted: boolean;
  /** How long nothing has been found. */
  readonly quietForMs: number;
  readonly intervalMs: number;
  readonly healIntervalMs: number;
}

export interface FeedPace {
  readonly class: FeedClass;
  readonly reason: string;
  readonly waitMs: number;
}

/** Rows that are only looked up change seldom. */
const REFERENCE_SLOWNESS = 5;
/** A table that nobody has touched for this long is asked less often. */
const QUIET_AFTER_MS = 5_000;
const QUIET_SLOWNESS = 4;
/** However eager the interval: many quiet tables would else keep both ends busy. */
const QUIET_WAIT_MS_MIN = 250;

const WHY_POLLED: Readonly<Record<Exclude<Registration, 'registered'>, string>> = {
  'not-wanted': 'no WEBHOOK_URL is set: Dataverse cannot tell us of changes',
  'not-registered': 'its webhook steps are not as wanted: dw provision apply',
  'not-known': 'the application user may not read webhook registrations',
};

/** How often a table is asked for changes, and why: rarely if Dataverse tells of them, in proportion to its use if not. */
export function feedPace(facts: PaceFacts): FeedPace {
  const { registration, isTrusted, healIntervalMs } = facts;
  const polled = { class: 'polled', waitMs: polledWaitMs(facts) } as const;
  if (registration !== 'registered') return { ...polled, reason: WHY_POLLED[registration] };
  if (!isTrusted) return { ...polled, reason: 'a change came without a webhook call lately' };
  return { class: 'nudged', reason: 'Dataverse calls on every change', waitMs: healIntervalMs };
}

function polledWaitMs({ kind, intervalMs, quietForMs }: PaceFacts): number {
  const waitMs = kind === 'reference' ? intervalMs * REFERENCE_SLOWNESS : intervalMs;
  return quietForMs < QUIET_AFTER_MS ? waitMs : Math.max(waitMs * QUIET_SLOWNESS, QUIET_WAIT_MS_MIN);
}
