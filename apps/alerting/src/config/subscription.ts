import { z } from 'zod';
import { duration } from './duration';
import { scopeFields } from './scope';

const names = z.array(z.string().min(1).max(200)).min(1).max(500);

/** Who wants to be told of what, and how. */
export const subscription = z.strictObject({
  description: z.string().max(1_000).optional(),
  /** A person or a group, as people call them: `ana@contoso.com`, `finance`. */
  owner: z.string().min(1).max(200),
  channels: names,
  rules: names.optional(),
  ...scopeFields,
  /** Left out: of any. */
  severities: z
    .array(z.enum(['warning', 'critical']))
    .min(1)
    .optional(),
  /** What goes into one message. */
  groupBy: z.enum(['all', 'rule', 'map']).default('all'),
  /** How long the first alert waits for others to go with it. */
  groupWait: duration.default('10s'),
  /** An alert that goes on is told again so often; left out: once. */
  repeatEvery: duration.optional(),
  tellsResolved: z.boolean().default(true),
});
export type Subscription = z.output<typeof subscription>;

export interface NamedSubscription extends Subscription {
  readonly name: string;
}
