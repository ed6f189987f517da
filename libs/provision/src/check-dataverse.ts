import type { CheckResult } from './check-result';

export interface DataverseFacts {
  /** null: the user's row cannot be read. */
  readonly isUserDisabled: boolean | null;
  /** Days for which a delta link lives; null: it cannot be read. */
  readonly trackingDays: number | null;
  /** `TABLE MESSAGE` of enabled synchronous steps of others on tables of maps. */
  readonly synchronousSteps: readonly string[];
  /** Tables of maps that can be read. */
  readonly tables: readonly { readonly table: string; readonly problem: string | null }[];
  /** Where Dataverse is to call; empty: nowhere. */
  readonly webhookUrl: string;
}

/** A long weekend without us must not cost a full read. */
const TRACKING_DAYS_MIN = 4;

export function checkDataverse(facts: DataverseFacts): CheckResult[] {
  return [user(facts), access(facts), tracking(facts), synchronous(facts), webhook(facts)];
}

type Verdict = Pick<CheckResult, 'state' | 'what' | 'remedy'>;

const ok = (what: string): Verdict => ({ state: 'ok', what, remedy: null });
const result = (code: string, verdict: Verdict): CheckResult => ({ side: 'dataverse', code, ...verdict });

function user({ isUserDisabled }: DataverseFacts): CheckResult {
  if (isUserDisabled === false) return result('dataverse-user', ok('the application user is enabled'));
  return result('dataverse-user', {
    state: isUserDisabled === null ? 'warning' : 'failed',
    what:
      isUserDisabled === null
        ? 'the application user cannot read its own row'
        : 'the application user is disabled',
    remedy:
      'Power Platform admin center, environment, Application users: enable it, and give it a role that reads users.',
  });
}

function access({ tables }: DataverseFacts): CheckResult {
  const refused = tables.filter(({ problem }) => problem !== null);
  if (refused.length === 0)
    return result('dataverse-read', ok(`${tables.length} tables of the maps can be read`));
  return result('dataverse-read', {
    state: 'failed',
    what: refused.map(({ table, problem }) => `${table}: ${problem ?? ''}`).join('; '),
    remedy:
      'Give the application user a role that reads and writes these tables at the level of the organization.',
  });
}

function tracking({ trackingDays }: DataverseFacts): CheckResult {
  if (trackingDays !== null && trackingDays >= TRACKING_DAYS_MIN)
    return result('dataverse-tracking', ok(`delta links live for ${trackingDays} days`));
  return result('dataverse-tracking', {
    state: 'warning',
    what:
      trackingDays === null
        ? 'how long delta links live cannot be read'
        : `delta links live for ${trackingDays} days`,
    remedy: `Set ExpireChangeTrackingInDays of the organization to ${TRACKING_DAYS_MIN} or more: after a longer outage every table is read anew.`,
  });
}

function synchronous({ synchronousSteps }: DataverseFacts): CheckResult {
  if (synchronousSteps.length === 0)
    return result('dataverse-synchronous-steps', ok('no synchronous step of others on tables of the maps'));
  return result('dataverse-synchronous-steps', {
    state: 'warning',
    what: `synchronous steps run within every write: ${synchronousSteps.join(', ')}`,
    remedy:
      'Make them asynchronous where they may be: each makes writes slower, and what it refuses is parked.',
  });
}

function webhook({ webhookUrl }: DataverseFacts): CheckResult {
  if (webhookUrl === '')
    return result('dataverse-webhook', {
      state: 'warning',
      what: 'no WEBHOOK_URL is set: changes are found by asking',
      remedy:
        'Set WEBHOOK_URL and WEBHOOK_KEYS, then dw provision apply: changes are seen at once, at less cost.',
    });
  const isLocal = /^http:\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(webhookUrl);
  if (webhookUrl.startsWith('https:') || isLocal)
    return result('dataverse-webhook', ok(`Dataverse calls ${webhookUrl}`));
  return result('dataverse-webhook', {
    state: 'failed',
    what: `${webhookUrl} is no https address: the key would travel in the open`,
    remedy: 'Set WEBHOOK_URL to an https address.',
  });
}
