import { connectorSettings } from '@dualwrite/connector';
import { commaList } from '@dualwrite/service';
import { z } from 'zod';

export const dataverseSettings = z.object({
  ...connectorSettings,
  // As documented for service protection: per user and server, in 5 minutes.
  BUDGET_REQUEST_COUNT_MAX: connectorSettings.BUDGET_REQUEST_COUNT_MAX.default(6_000),
  BUDGET_EXECUTION_MS_MAX: connectorSettings.BUDGET_EXECUTION_MS_MAX.default(1_200_000),
  /** `https://ORG.crm.dynamics.com`, without a path. */
  DATAVERSE_URL: z.url(),
  /** Between two questions for changes of a table in use; a quiet table is asked a fourth as often. */
  FEED_INTERVAL_MS: z.coerce.number().int().positive().default(1_000),
  /** Between two questions for a table of whose changes Dataverse tells us: it finds what a lost call was about. */
  FEED_HEAL_INTERVAL_MS: z.coerce.number().int().positive().default(60_000),
  /** Where Dataverse reaches `/webhooks` of this service from outside; empty: it is not asked to call. */
  WEBHOOK_URL: z.union([z.literal(''), z.url({ protocol: /^https?$/ })]).default(''),
  /** Secrets that a webhook may show, the newest first: it is the one that is registered. Two live while one is replaced. */
  WEBHOOK_KEYS: commaList.pipe(z.array(z.string().min(16)).max(2)).prefault(''),
});

export type DataverseSettings = z.output<typeof dataverseSettings>;
