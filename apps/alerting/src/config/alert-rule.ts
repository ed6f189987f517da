import { z } from 'zod';
import { duration } from './duration';
import { scopeFields } from './scope';

const texts = z.array(z.string().min(1).max(200)).min(1).max(100);

/** Kinds of trouble in the journal, as people ask for them. */
export const ERROR_CLASSES = [
  'application',
  'conflict',
  'in-doubt',
  'permission',
  'throttled',
  'unavailable',
  'undecodable',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

const matched = {
  classes: z.array(z.enum(ERROR_CLASSES)).min(1).optional(),
  events: texts.optional(),
  codes: texts.optional(),
  severities: z
    .array(z.enum(['info', 'warning', 'error']))
    .min(1)
    .optional(),
  services: texts.optional(),
  sides: z
    .array(z.enum(['fo', 'dataverse']))
    .min(1)
    .optional(),
};
export type EntryMatch = z.output<z.ZodObject<typeof matched>>;

const count = z.number().int().min(1).max(1_000_000_000);

/** What must be seen for the rule to hold. */
export const condition = z.discriminatedUnion('kind', [
  /** So many entries of the journal within a span. */
  z.strictObject({ kind: z.literal('entries'), ...matched, atLeast: count, within: duration }),
  /** No such entry for so long, of a map that runs. */
  z.strictObject({ kind: z.literal('silence'), ...matched, for: duration }),
  /** A running map is so far behind. */
  z.strictObject({ kind: z.literal('lag'), above: duration }),
  /** So many pairs of a map are parked, or wait. */
  z.strictObject({ kind: z.literal('parked'), atLeast: count }),
  z.strictObject({ kind: z.literal('waiting'), atLeast: count }),
  /** The last verify found so many rows that differ. */
  z.strictObject({ kind: z.literal('differences'), atLeast: count }),
  /** A map is paused for so long. */
  z.strictObject({ kind: z.literal('pause-age'), above: duration }),
  /** A map, or a service, says that it is not well. */
  z.strictObject({ kind: z.literal('health'), of: z.enum(['maps', 'services']), services: texts.optional() }),
  /** Fewer replicas of a service are alive; one that was never heard of counts if it is named. */
  z.strictObject({ kind: z.literal('replicas'), below: count, services: texts.optional() }),
  /** The access token of a side was last renewed so long ago. */
  z.strictObject({ kind: z.literal('token-age'), above: duration }),
  /** So much of what a side lets us ask is used up, in percent. */
  z.strictObject({ kind: z.literal('api-budget'), abovePercent: z.number().min(0).max(100) }),
]);
export type Condition = z.output<typeof condition>;

/** What is not said by map, and what is not said by company. */
const OF_SERVICES: readonly Condition['kind'][] = ['replicas', 'token-age', 'api-budget'];

export const alertRule = z
  .strictObject({
    description: z.string().max(1_000).optional(),
    isEnabled: z.boolean().default(true),
    severity: z.enum(['warning', 'critical']).default('warning'),
    when: condition,
    ...scopeFields,
    /** One alert for each of these. */
    per: z.enum(['map', 'company', 'all']).default('map'),
    /** How long the condition must hold. */
    for: duration.default('0s'),
    /** How long it must no longer hold before the alert is over: flapping tells nobody anything. */
    recoverAfter: duration.default('0s'),
    /** What is done beside telling people. */
    action: z.enum(['none', 'pause-map']).default('none'),
  })
  .superRefine(({ when, maps, packs, companies, per, action }, context) => {
    const refuse = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    const isOfServices =
      OF_SERVICES.includes(when.kind) || (when.kind === 'health' && when.of === 'services');
    if (isOfServices && maps !== undefined) refuse('maps', `a rule on ${when.kind} is not about maps`);
    if (isOfServices && packs !== undefined) refuse('packs', `a rule on ${when.kind} is not about maps`);
    if (when.kind !== 'entries' && companies !== undefined)
      refuse('companies', 'only entries have a company');
    if (when.kind !== 'entries' && per !== 'map')
      refuse('per', 'only entries are counted for other than maps');
    if (action === 'pause-map' && (isOfServices || per === 'all'))
      refuse('action', 'there is no one map to pause');
  });
export type AlertRule = z.output<typeof alertRule>;

export interface NamedRule extends AlertRule {
  readonly name: string;
}
