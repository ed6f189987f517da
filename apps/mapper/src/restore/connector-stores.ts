import type { Side } from '@dualwrite/events';

/** The stores of the executors, by the side that they write to. */
export const CONNECTOR_STORES = {
  fo: 'fo_connector',
  dataverse: 'dataverse_connector',
} as const satisfies Readonly<Record<Side, string>>;
