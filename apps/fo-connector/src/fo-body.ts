import { writeBody, type KeyedWrite } from '@dualwrite/connector';
import type { JsonObject, SideFailure } from '@dualwrite/odata';
import { isProvisional } from '@dualwrite/events';
import { parseNativeId, type TableSchema } from '@dualwrite/schemas';

/**
 * The JSON of a write. A create leaves out what is empty: a member that is there counts as set, even to nothing.
 * An update leaves out key members that say what the address says already.
 */
export function foBody(
  schema: TableSchema,
  { kind, patch, nativeId }: Pick<KeyedWrite, 'kind' | 'patch' | 'nativeId'>,
): { readonly body: JsonObject } | SideFailure {
  // A row that F&O numbers itself has no key yet.
  const key = isProvisional(nativeId) ? {} : parseNativeId(schema, nativeId);
  const isCreate = kind === 'create';
  const sent = Object.entries(isCreate ? { ...key, ...patch } : patch).filter(([name, cell]) =>
    isCreate ? cell !== null : key[name] !== cell || !schema.key.includes(name),
  );
  return writeBody(schema, Object.fromEntries(sent));
}
