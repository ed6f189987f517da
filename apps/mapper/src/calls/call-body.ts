import { randomUUID } from 'node:crypto';
import { BadRequestException } from '@nestjs/common';
import type { Cells } from '@dualwrite/events';
import { startChange } from '@dualwrite/telemetry';
import { z } from 'zod';
import type { AskedCall } from './calls';

const TEXT_LENGTH_MAX = 1_000_000;
const COLUMN_COUNT_MAX = 500;
/** Well below what our own clients wait for an answer. */
export const WAIT_MS_MAX = 5_000;
const SAVED_WITHIN_MS_MAX = 600_000;
/** A 32-bit integer is the only number that a cell holds; anything longer comes as text (see Cells). */
const INT_MAX = 2_147_483_647;
const cell = z.union([
  z.string().max(TEXT_LENGTH_MAX),
  z
    .number()
    .int('write a decimal or a long number as text')
    .min(-INT_MAX - 1)
    .max(INT_MAX),
  z.boolean(),
  z.null(),
]);
const columns = z
  .record(z.string().min(1).max(200), cell)
  .refine((cells) => Object.keys(cells).length <= COLUMN_COUNT_MAX, `at most ${COLUMN_COUNT_MAX} columns`)
  .transform((cells): Cells => cells);
export const callPart = {
  row: z.string().min(1).max(1_000),
  cells: columns,
  saw: columns.default({}),
};
export const savedWithin = z.number().int().min(0).max(SAVED_WITHIN_MS_MAX).nullable().default(null);
const callBody = z.strictObject({
  id: z.uuid().default(() => randomUUID()),
  kind: z.enum(['update', 'create', 'delete']).default('update'),
  side: z.enum(['fo', 'dataverse']),
  ...callPart,
  onlyMapped: z.boolean().default(false),
  savedWithinMs: savedWithin,
  traceparent: z.string().max(100).default(startChange),
  waitMs: z.number().int().min(0).max(WAIT_MS_MAX).default(0),
});

export function readCall(body: unknown): AskedCall & { readonly waitMs: number } {
  const read = callBody.safeParse(body);
  if (read.success) return read.data;
  const said = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadRequestException(said.join('; '));
}
