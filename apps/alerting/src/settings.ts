import { commaList, commonSettings } from '@dualwrite/service';
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
  /** Where rules pause maps; without it they only tell. */
  CONSOLE_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional(),
  /** Rules are looked at so often. */
  ALERT_EVALUATION_INTERVAL_MS: z.coerce.number().int().min(100).max(300_000).default(5_000),
  /** The installation's mail server: smtps://USER:PASSWORD@HOST:465. */
  SMTP_URL: z
    .string()
    .refine((text) => text === '' || /^smtps?:\/\//.test(text), {
      message: 'must be an smtp:// or smtps:// URL',
    })
    .default(''),
  SMTP_FROM: z.union([z.literal(''), z.email('must be an e-mail address')]).default(''),
  /** Folder of the files that channels name as file:NAME. */
  ALERT_SECRETS_DIR: z.string().default(''),
  /** Hosts, addresses and networks that channels may reach although they are not public. */
  ALERT_TARGETS_ALLOWED: commaList.default([]),
});
export type AlertingSettings = z.output<typeof alertingSettings>;
