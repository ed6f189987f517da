import { commonSettings } from '@dualwrite/service';
import { z } from 'zod';

export const alertingSettings = z.object({
  ...commonSettings,
  /** Journal entries older than this are removed; the counts stay. */
  JOURNAL_KEPT_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
});
export type AlertingSettings = z.output<typeof alertingSettings>;
