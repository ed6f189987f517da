import type { EndpointSettings } from './dataverse-step';
import type { PlannedItem } from './plan-tables';
import type { WantedTable } from './wanted';

export const ENDPOINT_NAME = 'Dualwrite';
export const WATCHED_MESSAGES = ['Create', 'Update', 'Delete'] as const;

/** What is registered in Dataverse for the nudges of ours. */
export interface ActualWebhook {
  readonly endpoint: { readonly id: string; readonly url: string; readonly fingerprint: string } | null;
  readonly steps: readonly {
    readonly id: string;
    readonly filterId: string;
    readonly filtering: string | null;
    readonly isEnabled: boolean;
    readonly isAsynchronous: boolean;
  }[];
  /** By `MESSAGE TABLE`: what a step can be registered for. A table that is not there yet has none. */
  readonly filters: ReadonlyMap<string, { readonly messageId: string; readonly filterId: string }>;
}

/** The endpoint, then one step per table and message. `endpoint` null: no address is set, so no nudges are wanted. */
export function planWebhook(
  wanted: readonly WantedTable[],
  actual: ActualWebhook,
  endpoint: Omit<EndpointSettings, 'name'> | null,
): PlannedItem[] {
  if (endpoint === null) return [];
  const settings = { ...endpoint, name: ENDPOINT_NAME };
  return [...planEndpoint(settings, actual.endpoint), ...wanted.flatMap((table) => planSteps(table, actual))];
}

function planEndpoint(settings: EndpointSettings, actual: ActualWebhook['endpoint']): PlannedItem[] {
  const base = { side: 'dataverse', kind: 'webhook', where: `webhook ${settings.name}` } as const;
  const byUs = { isOurs: true, remedy: null } as const;
  if (actual === null)
    return [
      {
        ...base,
        ...byUs,
        state: 'missing',
        what: `register ${settings.url}`,
        step: { kind: 'create-endpoint', endpoint: settings },
      },
    ];
  if (actual.url === settings.url && actual.fingerprint === settings.fingerprint) return [];
  const what =
    actual.url === settings.url
      ? 'give it the newest key'
      : `let it call ${settings.url} instead of ${actual.url}`;
  return [
    {
      ...base,
      ...byUs,
      state: 'different',
      what,
      step: { kind: 'change-endpoint', id: actual.id, endpoint: settings },
    },
  ];
}

function planSteps(wanted: WantedTable, actual: ActualWebhook): PlannedItem[] {
  return WATCHED_MESSAGES.flatMap((message): PlannedItem[] => {
    const found = actual.filters.get(`${message} ${wanted.table}`);
    const registered = actual.steps.find((one) => found !== undefined && one.filterId === found.filterId);
    const filtering =
      message === 'Update'
        ? wanted.columns
            .map(({ name }) => name)
            .filter((name) => name !== `${wanted.table}id`)
            .join(',')
        : null;
    const isAsWanted =
      registered !== undefined &&
      registered.isEnabled &&
      registered.isAsynchronous &&
      sameNames(registered.filtering, filtering);
    if (isAsWanted) return [];
    const base = {
      side: 'dataverse',
      kind: 'webhook-step',
      where: `${wanted.table} ${message}`,
      isOurs: true,
      remedy: null,
    } as const;
    const state = registered === undefined ? 'missing' : 'different';
    const what =
      registered === undefined
        ? `nudge us on ${message}`
        : 'an enabled asynchronous step on the columns of the maps';
    // Made in a later round, once the table and the endpoint are there.
    if (found === undefined || actual.endpoint === null) return [{ ...base, state, what, step: null }];
    const step = {
      name: `${ENDPOINT_NAME}: ${message} of ${wanted.table}`,
      endpointId: actual.endpoint.id,
      messageId: found.messageId,
      filterId: found.filterId,
      filtering,
    };
    return [
      {
        ...base,
        state,
        what,
        step:
          registered === undefined
            ? { kind: 'create-step', step }
            : { kind: 'change-step', id: registered.id, step },
      },
    ];
  });
}

/** In any order; all of ours have to be among them. An empty filter lets everything through. */
function sameNames(actual: string | null, wanted: string | null): boolean {
  if (actual === null || actual === '') return true;
  const names = new Set(actual.split(',').map((name) => name.trim().toLowerCase()));
  return wanted !== null && wanted.split(',').every((name) => names.has(name));
}
