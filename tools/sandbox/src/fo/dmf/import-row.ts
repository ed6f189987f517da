import type { FoTable } from '../../edm/fo-table';
import { isObject, parseExact, writeExact, type JsonObject } from '../../json/exact-json';
import { Refusal, type ODataRequest } from '../../odata/exchange';
import type { Cells } from '../../store/row';
import type { Write } from '../../store/transaction';
import { rowKey } from '../entity-key';
import type { FoContext } from '../fo-context';
import { foPayload } from '../fo-payload';
import { createEntity, updateEntity } from '../fo-write';

/** Creates the row, or changes the one of its key; what is refused takes no other row with it. */
export function importRow(
  context: FoContext,
  table: FoTable,
  given: JsonObject,
  { company, caller }: { company: string; caller: string },
): { problem?: string; writes: readonly Write[] } {
  const fields = table.hasCompany ? { dataAreaId: company, ...given } : given;
  try {
    const { transaction } = context.store.transaction((unit) => {
      const cells: Cells = {};
      for (const [field, cell] of foPayload(context, table, fields))
        if (cell !== undefined) cells[field.name] = cell;
      const row = context.store.table(table.name).rows.get(rowKey(table, cells));
      if (row) updateEntity(context, unit, table, row, requestOf(fields, 'PATCH', caller));
      else createEntity(context, unit, table, requestOf(fields, 'POST', caller));
    });
    return { writes: transaction.writes };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { problem: textOf(error), writes: [] };
  }
}

function requestOf(fields: JsonObject, method: string, caller: string): ODataRequest {
  return {
    method,
    path: '',
    query: new Map([['cross-company', 'true']]),
    rawQuery: '',
    headers: {},
    body: writeExact(fields),
    caller,
    root: '',
    isInBatch: false,
    touched: {},
  };
}

function textOf({ answer }: Refusal): string {
  const body = parseExact(answer.body ?? '{}');
  const error = isObject(body) ? body['error'] : undefined;
  const inner = isObject(error) ? error['innererror'] : undefined;
  return String((isObject(inner) ? inner['message'] : undefined) ?? answer.status);
}
