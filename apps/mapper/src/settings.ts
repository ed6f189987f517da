import type { DeleteLimit } from '@dualwrite/events';
import { commonSettings } from '@dualwrite/service';
import { z } from 'zod';

export const MAPPER_SETTINGS = Symbol('mapper settings');
export const NAMES = Symbol('topic names');
/** Pool of connections that keep plans, for transactions of a few pairs. */
export const CHANGES_POOL = Symbol('changes pool');

export const mapperSettings = z.object({
  ...commonSettings,
  /** Records that become one transaction. */
  BATCH_COUNT_MAX: z.coerce.number().int().min(1).max(5_000).default(1_000),
  /** A write without an answer is sent again, under the same number, after this long; then later and later. */
  REDRIVE_AFTER_MS: z.coerce.number().int().min(100).default(30_000),
  /** How often is looked for pairs that are due, beside being told. */
  POLL_INTERVAL_MS: z.coerce.number().int().min(10).default(1_000),
  /** How often a map's counts and lag are published while they change. */
  STATUS_INTERVAL_MS: z.coerce.number().int().min(50).default(1_000),
  DATABASE_POOL_COUNT_MAX: z.coerce.number().int().min(4).default(12),
  /** Rows that a map may delete within the window; beyond that a person is asked. Maps may have limits of their own. */
  DELETE_COUNT_MAX: z.coerce.number().int().min(0).default(1_000),
  /** As much in percent of a map's rows; holds above a hundred deletes. */
  DELETE_PERCENT_MAX: z.coerce.number().min(0).max(100).default(20),
  DELETE_WINDOW_MS: z.coerce.number().int().min(1_000).default(3_600_000),
});

export type MapperSettings = z.infer<typeof mapperSettings>;

export function usualDeleteLimit(settings: MapperSettings): DeleteLimit {
  const { DELETE_COUNT_MAX: countMax, DELETE_PERCENT_MAX: percentMax, DELETE_WINDOW_MS: windowMs } = settings;
  return { countMax, percentMax, windowMs };
}
