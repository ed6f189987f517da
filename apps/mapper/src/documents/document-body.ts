import { BadRequestException } from '@nestjs/common';
import { DOCUMENT_PART_COUNT_MAX } from '@dualwrite/events';
import { startChange } from '@dualwrite/telemetry';
import { z } from 'zod';
import { callPart, savedWithin, WAIT_MS_MAX } from '../calls/call-body';
import type { AskedDocument } from './documents';

const documentBody = z.strictObject({
  id: z.uuid(),
  side: z.enum(['fo', 'dataverse']),
  parts: z
    .array(
      z.strictObject({
        map: z.string().min(1).max(200),
        kind: z.enum(['update', 'create', 'delete']).default('update'),
        ...callPart,
      }),
    )
    .min(1)
    .max(DOCUMENT_PART_COUNT_MAX),
  savedWithinMs: savedWithin,
  traceparent: z.string().max(100).default(startChange),
  waitMs: z.number().int().min(0).max(WAIT_MS_MAX).default(0),
});

export function readDocument(body: unknown): AskedDocument & { readonly waitMs: number } {
  const read = documentBody.safeParse(body);
  if (read.success) return read.data;
  const said = read.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadRequestException(said.join('; '));
}
