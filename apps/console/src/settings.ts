import { commonSettings } from '@dualwrite/service';
import { z } from 'zod';

const serviceUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' });

export const consoleSettings = z.object({
  ...commonSettings,
  /** Where the sides' schemas are asked for when a map is applied. */
  FO_CONNECTOR_URL: serviceUrl,
  DATAVERSE_CONNECTOR_URL: serviceUrl,
  /** Where pairs are: any replica, for they share their database. */
  MAPPER_URL: serviceUrl,
  /** Where first syncs are driven: any replica. */
  INITIAL_SYNC_URL: serviceUrl,
  /** Where the journal is. */
  ALERTING_URL: serviceUrl,
  /** Rows of both sides that the rolling verify reads of a map; 0: none. Maps may have a budget of their own. */
  VERIFY_ROWS_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(600),
});
export type ConsoleSettings = z.output<typeof consoleSettings>;
