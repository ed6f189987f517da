import type { TableSchema } from '@dualwrite/schemas';
import type { JsonObject } from '../lossless';
import { nativeIdBy } from './key-values';
import { virtualColumn } from './virtual-names';

/** Written as numbers of options in virtual tables, or without the time of day that F&O gives them. */
const OTHERWISE_SPELLED: ReadonlySet<string> = new Set(['enum', 'date', 'datetime']);

/** Whether a row's key can be read out of its virtual table. */
export function hasVirtualKey(schema: TableSchema): boolean {
  return schema.key.every((name) => {
    const type = schema.columns.get(name)?.type;
    return type !== undefined && !OTHERWISE_SPELLED.has(type);
  });
}

/** Which row of F&O a row of its virtual table is; null: it does not say. */
export function virtualNativeId(schema: TableSchema, row: JsonObject): string | null {
  return nativeIdBy(schema, (name) => row[virtualColumn(name)]);
}
