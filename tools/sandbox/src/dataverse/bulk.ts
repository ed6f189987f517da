import type { DataverseColumn, DataverseTable } from '../edm/dataverse-table';
import { isObject, type JsonObject } from '../json/exact-json';
import type { Answer, ODataRequest } from '../odata/exchange';
import { parsePath } from '../odata/path';
import type { Transaction } from '../store/transaction';
import { existing, resolveAddress, type Address } from './address';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { badPayload, duplicateId, JSON_HEADERS, notServed, refuse } from './dataverse-errors';
import { parseBody, readPayload } from './payload';
import { createRow, updateRow } from './row-writes';
import { withKey } from './write-row';

/** CreateMultiple, UpdateMultiple, UpsertMultiple: one transaction, and an error does not say which row it was. */
export function bulkAction(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  action: string,
  request: ODataRequest,
): Answer {
  const targets = parseBody(table, request.body)['Targets'];
  if (!Array.isArray(targets)) return badPayload(table, "The parameter 'Targets' is missing.");
  const rows = targets.map((target) => typed(table, target));
  const { caller } = request;
  switch (action) {
    case 'CreateMultiple': {
      const ids = rows.map(
        (row) => createRow(context, unit, table, readPayload(context, table, row), { caller }).id,
      );
      request.touched.operation = 'create';
      return {
        status: 200,
        headers: JSON_HEADERS,
        body: `{"@odata.context":"${request.root}/$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse","Ids":${JSON.stringify(ids)}}`,
      };
    }
    case 'UpdateMultiple':
      for (const row of rows) {
        const address = addressOf(context, table, row);
        updateRow(context, unit, table, existing(address), readPayload(context, table, row), { caller });
      }
      break;
    case 'UpsertMultiple':
      refuseRepeats(table, rows);
      for (const row of rows) upsertOne(context, unit, table, row, caller);
      break;
    case 'DeleteMultiple':
      return refuse(501, '0x80040203', 'DeleteMultiple has not yet been implemented.');
    default:
      return notServed(action);
  }
  request.touched.operation = 'update';
  return { status: 204, headers: { 'OData-Version': '4.0' } };
}

/** The rows of one call are written at once, so two of the same key collide. */
function refuseRepeats({ primaryId }: DataverseTable, rows: readonly JsonObject[]): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const key = String(row['@odata.id'] ?? row[primaryId]).toLowerCase();
    if (seen.has(key)) duplicateId();
    seen.add(key);
  }
}

function upsertOne(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  row: JsonObject,
  caller: string,
): void {
  const address = addressOf(context, table, row);
  const changes = readPayload(context, table, row);
  if (!address.row) {
    createRow(context, unit, table, withKey(address, changes), { caller });
    return;
  }
  if (address.kind === 'key')
    for (const name of Object.keys(address.cells)) changes.delete(table.byName.get(name) as DataverseColumn);
  updateRow(context, unit, table, address.row, changes, { caller });
}

function addressOf(context: DataverseContext, table: DataverseTable, row: JsonObject): Address {
  const url = row['@odata.id'];
  const key = typeof url === 'string' ? parsePath(url.replace(/^.*\/(?=[^/(]+\()/, ''))[0]?.key : undefined;
  if (key) return resolveAddress(context, table, key);
  const id = row[table.primaryId];
  if (typeof id !== 'string')
    return badPayload(table, `An item names no row: neither '@odata.id' nor '${table.primaryId}'.`);
  return { kind: 'id', table, id: id.toLowerCase(), row: rowsOf(context, table).rows.get(id.toLowerCase()) };
}

function typed(table: DataverseTable, target: unknown): JsonObject {
  if (!isObject(target as JsonObject)) return badPayload(table, 'An item of Targets is no object.');
  const row = target as JsonObject;
  if (String(row['@odata.type']).replace(/^#/, '') !== `Microsoft.Dynamics.CRM.${table.name}`)
    return badPayload(
      table,
      `An item of Targets lacks '@odata.type': 'Microsoft.Dynamics.CRM.${table.name}'.`,
    );
  return row;
}
