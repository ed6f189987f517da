import { commonSettings } from '@dualwrite/service';
import { z } from 'zod';
import { userList } from './users/user-list';

const milliseconds = z.coerce.number().int().positive();
const countOrNone = z.coerce.number().int().min(0);

/** Of both connectors: `z.object({ ...connectorSettings, FO_URL: z.url() })`. */
export const connectorSettings = {
  ...commonSettings,
  OAUTH_TOKEN_URL: z.url(),
  /** The one application user, unless OAUTH_USERS names several. */
  OAUTH_CLIENT_ID: z.string().default(''),
  OAUTH_CLIENT_SECRET: z.string().default(''),
  /** Several application users: the side's limits are per user. */
  OAUTH_USERS: userList.default([]),
  /** Empty: `https://HOST/.default` of the side. */
  OAUTH_SCOPE: z.string().default(''),
  /** After this long a request is cut off. */
  REQUEST_DEADLINE_MS: milliseconds.default(30_000),
  /** How long the side may still work on a request that was cut off (rule 9). */
  WRITE_SETTLE_MS: milliseconds.default(5_000),
  WRITE_CONCURRENCY_MAX: z.coerce.number().int().min(1).max(500).default(16),
  /** Of one user on one server of the side, until the side itself tells; 0: no limit. */
  BUDGET_REQUEST_COUNT_MAX: countOrNone.default(0),
  BUDGET_EXECUTION_MS_MAX: countOrNone.default(0),
  BUDGET_CONCURRENCY_MAX: z.coerce.number().int().min(1).max(1_000).default(52),
  BUDGET_WINDOW_MS: milliseconds.default(300_000),
  /** Requests that one user may make in a day; 0: nobody is warned. */
  ENTITLEMENT_REQUEST_COUNT_MAX: countOrNone.default(0),
  PAGE_ROW_COUNT_MAX: z.coerce.number().int().min(1).max(5_000).default(1_000),
} as const;

export type ConnectorSettings = z.output<z.ZodObject<typeof connectorSettings>>;
