import { connectorSettings } from '@dualwrite/connector';
import { z } from 'zod';

const milliseconds = z.coerce.number().int().positive();

export const foSettings = z.object({
  ...connectorSettings,
  /** `https://HOST.operations.dynamics.com`, without a path. */
  FO_URL: z.url(),
  /** Names the environment; by default as F&O says itself, or else its host name. */
  FO_ENVIRONMENT_ID: z.string().default(''),
  /** F&O has been seen to refuse a write with an old ETag. If not: look, compare, write, look again (class B). */
  FO_HONOURS_IF_MATCH: z.enum(['true', 'false']).default('true'),
  /** Shared secret of data events: header `x-dualwrite-key`, or `?code=` in the endpoint's address. */
  EVENTS_KEY: z.string().min(8),
  SWEEP_INTERVAL_MS: milliseconds.default(60_000),
});

export type FoSettings = z.output<typeof foSettings>;
