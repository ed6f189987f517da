import { BadRequestException } from '@nestjs/common';
import type { Cells } from '@dualwrite/events';
import { z } from 'zod';

/** Rows of one call: each costs a few questions to the database. */
const ROW_COUNT_MAX = 500;
const ID_LENGTH_MAX = 1_000;

const nativeId = z.string().min(1).max(ID_LENGTH_MAX);
const repairedRow = z.strictObject({
  rows: z.strictObject({ fo: nativeId.nullable(), dataverse: nativeId.nullable() }),
  /** Names of the fields that differ. */
  fields: z.array(z.string().max(ID_LENGTH_MAX)).max(ROW_COUNT_MAX),
});
const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const rowNow = z.strictObject({
  version: z.string(),
  cells: z.record(z.string(), cell).transform((cells): Cells => cells as Cells),
});
const rowsBody = z.strictObject({ rows: z.array(repairedRow).min(1).max(ROW_COUNT_MAX) });
const previewBody = z.strictObject({
  rows: z
    .array(
      repairedRow.extend({
        now: z.strictObject({ fo: rowNow.nullable(), dataverse: rowNow.nullable() }),
      }),
    )
    .min(1)
    .max(ROW_COUNT_MAX),
});
const lookBody = z.strictObject({
  fo: z.array(nativeId).max(ROW_COUNT_MAX),
  dataverse: z.array(nativeId).max(ROW_COUNT_MAX),
});

export type RepairedRow = z.output<typeof repairedRow>;
export type RowNow = z.output<typeof rowNow>;

export const readRows = (body: unknown): z.output<typeof rowsBody> => read(rowsBody, body);
export const readPreview = (body: unknown): z.output<typeof previewBody> => read(previewBody, body);
export const readLook = (body: unknown): z.output<typeof lookBody> => read(lookBody, body);

function read<T extends z.ZodType>(form: T, body: unknown): z.output<T> {
  const result = form.safeParse(body);
  if (result.success) return result.data;
  const said = result.error.issues.map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`);
  throw new BadRequestException(said.join('; '));
}
