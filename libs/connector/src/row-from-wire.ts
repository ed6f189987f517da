import { cellsFromWire, nativeIdOf, UnreadableValue, type TableSchema } from '@dualwrite/schemas';
import type { KeyedRow } from './side-port';

/**
 * One row of a side's JSON, in canonical form.
 *
 * @throws {UnreadableValue} no key, no ETag, or a value that is not of its column's type
 */
export function rowFromWire(
  schema: TableSchema,
  columns: readonly string[],
  json: Readonly<Record<string, unknown>>,
): KeyedRow {
  const cells = cellsFromWire(schema, columns, json);
  const nativeId = nativeIdOf(schema, cells);
  const version = json['@odata.etag'];
  if (nativeId === null) throw new UnreadableValue(`a row of ${schema.table} came without its key`);
  if (typeof version !== 'string')
    throw new UnreadableValue(`a row of ${schema.table} came without its ETag`);
  return { nativeId, row: { id: schema.side === 'dataverse' ? nativeId : null, version, cells } };
}
