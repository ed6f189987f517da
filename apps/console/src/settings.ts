import { commaList, commonSettings } from '@dualwrite/service';
import { z } from 'zod';

const KEY_LENGTH_MIN = 16;
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
  /** Secrets that a side shows when it asks before it saves; several while they are exchanged. None: it cannot ask. */
  SAVE_KEYS: commaList.pipe(z.array(z.string().min(KEY_LENGTH_MIN)).max(2)).prefault(''),
  /** Rows of both sides that the rolling verify reads of a map; 0: none. Maps may have a budget of their own. */
  VERIFY_ROWS_PER_MINUTE: z.coerce.number().int().min(0).max(1_000_000).default(600),
});
export type ConsoleSettings = z.output<typeof consoleSettings>;
