import { randomUUID } from 'node:crypto';
import { DOCUMENT_PART_COUNT_MAX } from '@dualwrite/events';
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
const columns = z
  .record(z.string().min(1).max(200), value)
  .refine((fields) => Object.keys(fields).length <= FIELD_COUNT_MAX, `at most ${FIELD_COUNT_MAX} fields`);
/** Of whatever a caller waits for. */
const waiting = {
  id: z.uuid().default(() => randomUUID()),
  deadlineMs: z.number().int().min(DEADLINE_MS.min).max(DEADLINE_MS.max).default(DEADLINE_MS.default),
  savedWithinMs: z.number().int().min(0).max(SAVED_WITHIN_MS_MAX).nullable().default(null),
};
const documentBody = z.strictObject({
  ...waiting,
  from: z.enum(['fo', 'dataverse']),
  parts: z
    .array(
      z.strictObject({
        map: z.string().min(1).max(200),
        kind: z.enum(['update', 'create', 'delete']).default('update'),
        row: z.string().min(1).max(1_000),
        fields: columns.default({}),
        before: columns.default({}),
      }),
    )
    .min(1)
    .max(DOCUMENT_PART_COUNT_MAX),
});
const callBody = z.strictObject({
  ...waiting,
  side: z.enum(['fo', 'dataverse']),
  row: z.string().min(1).max(1_000),
  fields: columns.refine((fields) => Object.keys(fields).length > 0, 'names no field'),
  before: columns.default({}),
});

export function readCallBody(body: unknown): z.output<typeof callBody> {
  return readBody(callBody, body);
}

export function readDocumentBody(body: unknown): z.output<typeof documentBody> {
  return readBody(documentBody, body);
}
