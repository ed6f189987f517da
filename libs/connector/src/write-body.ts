import type { Cells } from '@dualwrite/events';
import type { JsonObject, SideFailure } from '@dualwrite/odata';
import { UnreadableValue, wirePatch, type TableSchema } from '@dualwrite/schemas';

/** The JSON of a write, or the refusal that the side would have given: a column that cannot be written to. */
export function writeBody(schema: TableSchema, cells: Cells): { readonly body: JsonObject } | SideFailure {
  try {
    return { body: wirePatch(schema, cells) };
  } catch (error) {
    if (!(error instanceof UnreadableValue)) throw error;
    return { kind: 'rejected', code: error.code, text: error.message };
  }
}
