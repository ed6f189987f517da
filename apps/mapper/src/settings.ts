import { commonSettings } from '@dualwrite/service';
import { z } from 'zod';

export const MAPPER_SETTINGS = Symbol('mapper settings');
export const NAMES = Symbol('topic names');

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
});

export type MapperSettings = z.infer<typeof mapperSettings>;
