import type { TableSchema } from '@dualwrite/schemas';
import { contextAttributes, isMembers } from './execution-context';
import { nativeIdBy } from './key-values';
import { typeNameOf, VIRTUAL_PREFIX } from './virtual-names';

/** Which row an event is about; null: none of ours, or it does not say. */
export interface EventTarget {
  readonly table: string;
  readonly nativeId: string;
  readonly isDelete: boolean;
}

/**
 * Reads table and key out of a data event, and whether it tells of a delete; nothing else: whoever knows the secret can
 * send anything, so an event only ever causes a read of a row, and a delete at most more caution with a lost create. Data
 * events come through Dataverse as its RemoteExecutionContext, names in the virtual tables' spelling.
 */
export function eventTarget(event: unknown, schemas: readonly TableSchema[]): EventTarget | null {
  if (!isMembers(event)) return null;
  const schema = schemas.find((candidate) => isNamed(candidate, event['PrimaryEntityName']));
  if (schema === undefined) return null;
  const values = new Map<string, unknown>();
  for (const [name, value] of contextAttributes(event)) values.set(plain(name), value);
  const nativeId = nativeIdBy(schema, (name) => values.get(plain(name)));
  if (nativeId === null) return null;
  return { table: schema.table, nativeId, isDelete: event['MessageName'] === 'Delete' };
}

function isNamed(schema: TableSchema, name: unknown): boolean {
  if (typeof name !== 'string') return false;
  const typeName = typeNameOf(schema.entityType);
  return [schema.table, schema.entitySet, typeName, `${typeName}Entity`].some(
    (own) => plain(own) === plain(name),
  );
}

function plain(name: string): string {
  const lower = name.toLowerCase();
  return lower.startsWith(VIRTUAL_PREFIX) ? lower.slice(VIRTUAL_PREFIX.length) : lower;
}
