import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { readBody } from '../read-body';

const FIELD_COUNT_MAX = 500;
const TEXT_LENGTH_MAX = 1_000_000;
const DEADLINE_MS = { default: 10_000, min: 200, max: 110_000 };
const SAVED_WITHIN_MS_MAX = 300_000;

/** What a JavaScript number would round has to come as text. */
const value = z.union([
  z.string().max(TEXT_LENGTH_MAX),
  z.number().refine(Number.isSafeInteger, 'write a decimal or a long number as text'),
  z.boolean(),
  z.null(),
]);
const callBody = z.strictObject({
  id: z.uuid().default(() => randomUUID()),
  side: z.enum(['fo', 'dataverse']),
  row: z.string().min(1).max(1_000),
  fields: z
    .record(z.string().min(1).max(200), value)
    .refine((fields) => Object.keys(fields).length > 0, 'names no field')
    .refine((fields) => Object.keys(fields).length <= FIELD_COUNT_MAX, `at most ${FIELD_COUNT_MAX} fields`),
  before: z
    .record(z.string().min(1).max(200), value)
    .refine((before) => Object.keys(before).length <= FIELD_COUNT_MAX, `at most ${FIELD_COUNT_MAX} fields`)
    .default({}),
  deadlineMs: z.number().int().min(DEADLINE_MS.min).max(DEADLINE_MS.max).default(DEADLINE_MS.default),
  savedWithinMs: z.number().int().min(0).max(SAVED_WITHIN_MS_MAX).nullable().default(null),
});

export function readCallBody(body: unknown): z.output<typeof callBody> {
  return readBody(callBody, body);
}
