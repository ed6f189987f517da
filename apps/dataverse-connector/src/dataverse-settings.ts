import { connectorSettings } from '@dualwrite/connector';
import { z } from 'zod';

export const dataverseSettings = z.object({
  ...connectorSettings,
  /** `https://ORG.crm.dynamics.com`, without a path. */
  DATAVERSE_URL: z.url(),
  /** Between two questions for changes of a table in use; a quiet table is asked a fourth as often. */
  FEED_INTERVAL_MS: z.coerce.number().int().positive().default(1_000),
});

export type DataverseSettings = z.output<typeof dataverseSettings>;
