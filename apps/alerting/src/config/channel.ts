import { z } from 'zod';

/** Where a secret is: never the secret itself. */
const reference = z
  .string()
  .regex(
    /^(env:ALERT_SECRET_[A-Z0-9_]{1,100}|file:[A-Za-z0-9][A-Za-z0-9._-]{0,100})$/,
    'must be env:ALERT_SECRET_NAME, or file:NAME in the folder ALERT_SECRETS_DIR',
  );
const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(2_000);

/** The address itself, or, as those of Teams and Slack let everybody in who knows them, where it is kept. */
const place = { url: url.optional(), urlFrom: reference.optional() };
const isPlaced = (channel: { url?: string | undefined; urlFrom?: string | undefined }): boolean =>
  (channel.url === undefined) !== (channel.urlFrom === undefined);
const PLACE_RULE = { message: 'needs either url or urlFrom', path: ['url'] };

const email = z.strictObject({
  kind: z.literal('email'),
  to: z.array(z.email()).min(1).max(100),
  /** Left out: the mail server of the installation, SMTP_URL. */
  smtp: z
    .strictObject({
      host: z.string().min(1).max(253),
      port: z.number().int().min(1).max(65_535),
      security: z.enum(['tls', 'starttls', 'none']).default('starttls'),
      user: z.string().max(200).optional(),
      passwordFrom: reference.optional(),
    })
    .optional(),
  from: z.email().optional(),
});

export const channel = z.discriminatedUnion('kind', [
  email,
  z.strictObject({ kind: z.literal('teams'), ...place }).refine(isPlaced, PLACE_RULE),
  z.strictObject({ kind: z.literal('slack'), ...place }).refine(isPlaced, PLACE_RULE),
  z
    .strictObject({ kind: z.literal('webhook'), ...place, secretFrom: reference })
    .refine(isPlaced, PLACE_RULE),
]);
export type Channel = z.output<typeof channel>;
export type EmailChannel = z.output<typeof email>;
