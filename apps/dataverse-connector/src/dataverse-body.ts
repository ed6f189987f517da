import { writeBody, type KeyedWrite } from '@dualwrite/connector';
import type { JsonObject, SideFailure } from '@dualwrite/odata';
import type { TableSchema } from '@dualwrite/schemas';

/** The JSON of a write. The id stands in the address alone; on a create, what is empty is left out. */
export function dataverseBody(
  schema: TableSchema,
  { kind, patch }: Pick<KeyedWrite, 'kind' | 'patch'>,
): { readonly body: JsonObject } | SideFailure {
  const sent = Object.entries(patch).filter(
    ([name, cell]) => !schema.key.includes(name) && !(kind === 'create' && cell === null),
  );
  return writeBody(schema, Object.fromEntries(sent));
}
