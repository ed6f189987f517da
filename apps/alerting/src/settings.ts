import { commonSettings } from '@dualwrite/service';
import { z } from 'zod';

export const alertingSettings = z.object({
  ...commonSettings,
  /** Whole days of the journal older than this are dropped; the counts stay. */
  JOURNAL_KEPT_DAYS: z.coerce.number().int().min(1).max(3_650).default(90),
  /** Where a trace is shown, with {traceId} in it; empty: traces are named, not linked. */
  TRACE_URL_TEMPLATE: z
    .string()
    .refine((text) => text === '' || (/^https?:\/\//.test(text) && text.includes('{traceId}')), {
      message: 'must be an http or https URL with {traceId} in it',
    })
    .default(''),
});
export type AlertingSettings = z.output<typeof alertingSettings>;
