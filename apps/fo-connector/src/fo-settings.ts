import { connectorSettings } from '@dualwrite/connector';
import { z } from 'zod';
import { eventHubSettings } from './events/event-hub-settings';
import { rowVersionSettings } from './row-versions/row-version-settings';

const milliseconds = z.coerce.number().int().positive();

export const foSettings = z.object({
  ...connectorSettings,
  /** `https://HOST.operations.dynamics.com`, without a path. */
  FO_URL: z.url(),
  /** Names the environment; by default as F&O says itself, or else its host name. */
  FO_ENVIRONMENT_ID: z.string().default(''),
  /** Has F&O been seen to refuse a write with an old ETag? If not, or unknown: look, compare, write, look again (class B). */
  FO_HONOURS_IF_MATCH: z.enum(['true', 'false', 'unknown']).default('unknown'),
  /** A row of no business by which that is found out where it is unknown: `CustomerGroups(dataAreaId='usmf',CustomerGroupId='ZZ')`. */
  FO_TEST_ROW: z
    .string()
    .regex(/^(?:[A-Za-z]\w*\([^()?#]+\))?$/, "must be SET(KEY='...')")
    .default(''),
  /** Shared secret of data events: header `x-dualwrite-key`, or `?code=` in the endpoint's address. */
  EVENTS_KEY: z.string().min(8),
  /** Where F&O reaches `/events` of this service from outside: told to whoever sets the events up. */
  EVENTS_URL: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  ...eventHubSettings,
  ...rowVersionSettings,
  SWEEP_INTERVAL_MS: milliseconds.default(60_000),
});

export type FoSettings = z.output<typeof foSettings>;
