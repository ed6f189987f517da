import type { CheckResult } from './check-result';

export interface FoFacts {
  readonly hostName: string;
  /** `10.0.41`; null: it does not say. */
  readonly applicationVersion: string | null;
  /** Public entities. */
  readonly entities: ReadonlySet<string>;
}

/** Below it the side's own change feeds are not what this product relies on. */
const VERSION_MIN = [10, 0, 19] as const;
const HR_HOST = /\.(?:talent|hr\.talent)\.dynamics\.com$/i;
const HR_ENTITY = 'Workers';
/** One of them is in every environment of Finance and Operations, none in the app. */
const FINANCE_ENTITIES = ['CustomersV3', 'VendorsV2', 'MainAccounts', 'SalesOrderHeadersV2'];

export function checkFo(facts: FoFacts): CheckResult[] {
  return [dataModel(facts), version(facts)];
}

/** Does the address lead to Finance and Operations, or to the stand-alone app that shares its look? */
function dataModel({ hostName, entities }: FoFacts): CheckResult {
  const base = { side: 'fo', code: 'fo-data-model' } as const;
  const isHr =
    HR_HOST.test(hostName) ||
    (entities.has(HR_ENTITY) && !FINANCE_ENTITIES.some((entity) => entities.has(entity)));
  if (isHr)
    return {
      ...base,
      state: 'failed',
      what: `${hostName} is Dynamics 365 Human Resources, the stand-alone app: its data model is not that of Finance and Operations`,
      remedy:
        'Set FO_URL to an environment of Finance and Operations; its module of human resources is fine.',
    };
  return {
    ...base,
    state: 'ok',
    what: `${entities.size} public entities of Finance and Operations`,
    remedy: null,
  };
}

function version({ applicationVersion }: FoFacts): CheckResult {
  const base = { side: 'fo', code: 'fo-version' } as const;
  const parts = (applicationVersion ?? '').split('.').map(Number);
  if (applicationVersion === null || parts.some((part) => !Number.isInteger(part)))
    return {
      ...base,
      state: 'warning',
      what: 'F&O does not say its version',
      remedy: `Make sure that it is ${VERSION_MIN.join('.')} or newer.`,
    };
  if (isBelow(parts, VERSION_MIN))
    return {
      ...base,
      state: 'failed',
      what: `F&O is of version ${applicationVersion}`,
      remedy: `Update it to ${VERSION_MIN.join('.')} or newer.`,
    };
  return { ...base, state: 'ok', what: `version ${applicationVersion}`, remedy: null };
}

function isBelow(version: readonly number[], least: readonly number[]): boolean {
  for (const [index, part] of least.entries()) {
    const own = version[index] ?? 0;
    if (own !== part) return own < part;
  }
  return false;
}
