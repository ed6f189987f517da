import type { DataverseTable } from '../../edm/dataverse-table';
import type { DataverseKeyFile, DataverseSchemaFile } from '../../edm/schema-file';
import type { JsonObject } from '../../json/exact-json';
import type { DataverseContext } from '../dataverse-context';
import { refuse } from '../dataverse-errors';
import { customName, invalid, labelText } from './attribute-file';

const KEYS_MAX = 10;
const COLUMNS_MAX = 16;
const KEY_BYTES_MAX = 900;
const KEY_TYPES = new Set([
  'string',
  'integer',
  'decimal',
  'datetime',
  'dateonly',
  'lookup',
  'customer',
  'picklist',
]);

/** Registers an alternate key; its index is built by a job of its own, until when the key is of no use. */
export function addKey(context: DataverseContext, table: DataverseTable, body: JsonObject): string {
  const name = customName(body).toLowerCase();
  const columns = body['KeyAttributes'];
  if (!Array.isArray(columns) || columns.length === 0 || !columns.every((one) => typeof one === 'string'))
    return invalid(`The key '${name}' names no columns in KeyAttributes.`);
  const keys = table.file.alternateKeys ?? [];
  if (keys.some((key) => key.name?.toLowerCase() === name))
    return refuse(400, '0x80044363', `A key with the name '${name}' already exists in '${table.name}'.`);
  if (keys.length >= KEYS_MAX) return invalid(`The entity '${table.name}' has ${KEYS_MAX} keys already.`);
  checkColumns(table, name, columns);
  const displayName = labelText(body['DisplayName']) ?? name;
  const key: DataverseKeyFile = { name, displayName, columns, status: 'Pending' };
  context.catalog.add([{ ...table.file, alternateKeys: [...keys, key] }]);
  buildLater(context, table.name, name);
  return name;
}

/** `ReactivateEntityKey`: tries a failed index again. */
export function reactivateKey(context: DataverseContext, body: JsonObject): void {
  const table = context.catalog.get(String(body['EntityLogicalName']));
  const name = String(body['EntityKeyLogicalName']);
  const key = table?.file.alternateKeys?.find((one) => one.name === name);
  if (!table || !key) return refuse(404, '0x80060888', `Could not find the key '${name}'.`);
  setStatus(context, table.name, name, 'Pending');
  buildLater(context, table.name, name);
}

/** Indexes that were waiting when the sandbox ended. */
export function resumeKeys(context: DataverseContext): void {
  for (const { name, file } of context.catalog.all())
    for (const key of file.alternateKeys ?? [])
      if (key.status === 'Pending' && key.name !== undefined) buildLater(context, name, key.name);
}

function buildLater(context: DataverseContext, table: string, key: string): void {
  const timer = setTimeout(() => build(context, table, key), context.options.get('keyIndexDelayMs'));
  timer.unref();
}

/** Rows that have the same values already make it fail, as a unique index does. */
function build(context: DataverseContext, tableName: string, name: string): void {
  const table = context.catalog.get(tableName);
  const key = table?.file.alternateKeys?.find((one) => one.name === name);
  if (!table || key?.status !== 'Pending') return;
  const seen = new Set<string>();
  for (const { cells } of context.store.table(tableName).rows.values()) {
    const values = key.columns.map((column) => cells[column]);
    if (values.includes(undefined)) continue;
    const text = values.map((value) => String(value).toLowerCase()).join('\u0001');
    if (seen.has(text)) return setStatus(context, tableName, name, 'Failed');
    seen.add(text);
  }
  setStatus(context, tableName, name, 'Active');
}

function setStatus(
  context: DataverseContext,
  table: string,
  name: string,
  status: NonNullable<DataverseKeyFile['status']>,
): void {
  const file = context.catalog.get(table)?.file;
  if (!file) return;
  const alternateKeys = (file.alternateKeys ?? []).map((key) =>
    key.name === name ? { ...key, status } : key,
  );
  context.catalog.add([{ ...file, alternateKeys } satisfies DataverseSchemaFile]);
}

function checkColumns(table: DataverseTable, key: string, columns: readonly string[]): void {
  if (columns.length > COLUMNS_MAX) invalid(`The key '${key}' has more than ${COLUMNS_MAX} columns.`);
  let bytes = 0;
  for (const name of columns) {
    const column = table.byName.get(name);
    if (!column) invalid(`The key '${key}' names a column that '${table.name}' does not have: '${name}'.`);
    if (!KEY_TYPES.has(column.type))
      invalid(`The column '${name}' cannot be part of a key: its type is '${column.type}'.`);
    bytes += column.kind === 'string' ? 2 * (column.maxLength ?? 100) : 16;
  }
  if (bytes > KEY_BYTES_MAX)
    invalid(`The key '${key}' is ${bytes} bytes long; ${KEY_BYTES_MAX} is the limit.`);
}
