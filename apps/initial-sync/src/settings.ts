import { commonSettings } from '@dualwrite/service';
import { z } from 'zod';

const count = z.coerce.number().int().positive();

export const initialSyncSettings = z.object({
  ...commonSettings,
  /** Rows that a connector reads for one request. */
  CHUNK_ROW_COUNT_MAX: count.max(10_000).default(1_000),
  /** Tables of one side that are read at a time. */
  READS_PER_SIDE_MAX: count.max(100).default(4),
  /** Rows of one table that are read in a second at most; 0: as fast as they settle. */
  READ_ROWS_PER_SECOND_MAX: z.coerce.number().int().min(0).default(0),
  /** After so long without an answer a chunk is asked for again. */
  ANSWER_TIMEOUT_MS: count.default(30_000),
});
export type InitialSyncSettings = z.output<typeof initialSyncSettings>;
