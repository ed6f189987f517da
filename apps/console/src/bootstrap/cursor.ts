import { z } from 'zod';
import { problem } from '../problems';

/** Where a page of a bootstrap begins. */
export interface Place {
  /** Index in `spec.tables`. */
  readonly table: number;
  /** Of the rows; null: the first page of the table. */
  readonly link: string | null;
}

const place = z.strictObject({ table: z.number().int().min(0), link: z.string().max(20_000).nullable() });

export function writeCursor(at: Place): string {
  return Buffer.from(JSON.stringify(at)).toString('base64url');
}

/** @throws {HttpException} it is none of ours */
export function readCursor(cursor: string | null): Place {
  if (cursor === null) return { table: 0, link: null };
  try {
    return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw Object.assign(
      problem(400, 'cursor-invalid', 'The cursor is not one of this console', {
        detail: 'Begin without a cursor: rows that have a company by now are not looked at again.',
      }),
      { cause },
    );
  }
}
