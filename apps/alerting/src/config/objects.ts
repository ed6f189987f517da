import { z } from 'zod';
import { alertRule, type NamedRule } from './alert-rule';
import { channel, type Channel } from './channel';
import { quietPeriod, type NamedQuietPeriod } from './quiet-period';
import { subscription, type NamedSubscription } from './subscription';

/** What people set up, by the word in the path of the API. */
export const OBJECT_KINDS = ['rules', 'channels', 'subscriptions', 'quiet-periods'] as const;
export type ObjectKind = (typeof OBJECT_KINDS)[number];

export const SPECS = {
  rules: alertRule,
  channels: channel,
  subscriptions: subscription,
  'quiet-periods': quietPeriod,
} as const;

export const objectName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,99}$/,
    'must be small letters, digits, ., _ and -, at most 100, and begin with a letter or digit',
  );

/** One of them, as the API tells it. */
export interface AlertObject {
  readonly kind: ObjectKind;
  readonly name: string;
  readonly version: number;
  readonly changedAt: string;
  readonly spec: unknown;
}

/** All that is set up, ready to be used. */
export interface Setup {
  readonly rules: readonly NamedRule[];
  readonly subscriptions: readonly NamedSubscription[];
  readonly quiet: readonly NamedQuietPeriod[];
  readonly channels: ReadonlyMap<string, Channel>;
  /** Stored, but not of a form that this version reads. */
  readonly unreadable: readonly {
    readonly kind: ObjectKind;
    readonly name: string;
    readonly problem: string;
  }[];
}

/** What was stored was checked by its schema before; it is read through it again, for fields that came since. */
export function setupOf(objects: readonly AlertObject[]): Setup {
  const unreadable: { kind: ObjectKind; name: string; problem: string }[] = [];
  const of = <T>(kind: ObjectKind, schema: z.ZodType<T>): (readonly [string, T])[] =>
    objects
      .filter((object) => object.kind === kind)
      .flatMap(({ name, spec }) => {
        const read = schema.safeParse(spec);
        if (read.success) return [[name, read.data] as const];
        unreadable.push({ kind, name, problem: z.prettifyError(read.error) });
        return [];
      });
  return {
    rules: of('rules', alertRule).map(([name, spec]) => ({ ...spec, name })),
    subscriptions: of('subscriptions', subscription).map(([name, spec]) => ({ ...spec, name })),
    quiet: of('quiet-periods', quietPeriod).map(([name, spec]) => ({ ...spec, name })),
    channels: new Map(of('channels', channel)),
    unreadable,
  };
}
