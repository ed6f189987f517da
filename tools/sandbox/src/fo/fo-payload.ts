import { cellOfJson, WrongType } from '../edm/cell-parsing';
import type { FoField, FoTable } from '../edm/fo-table';
import { isObject, parseExact, writeExact, type Json, type JsonObject } from '../json/exact-json';
import type { Cell } from '../store/row';
import type { FoContext } from './fo-context';
import { badRequest } from './fo-errors';

/** Fields that a body names; an empty value is undefined, since an empty cell is absent. */
export type FoChanges = Map<FoField, Cell | undefined>;

export function foBody(body: string): JsonObject {
  let value: Json;
  try {
    value = parseExact(body);
  } catch (error) {
    return badRequest(`Invalid JSON. ${(error as Error).message}`);
  }
  return isObject(value) ? value : badRequest('A JSON object was expected.');
}

export function foPayload(context: FoContext, table: FoTable, body: JsonObject): FoChanges {
  const changes: FoChanges = new Map();
  for (const [name, value] of Object.entries(body)) {
    if (name.includes('@')) continue;
    const field = table.byName.get(name);
    if (!field)
      return badRequest(
        `An error occurred while processing this request: The property '${name}' does not exist on type 'Microsoft.Dynamics.DataEntities.${table.publicEntity}'. Make sure to only use property names that are defined by the type.`,
      );
    changes.set(field, fieldCell(context, field, value));
  }
  return changes;
}

export function fieldCell(context: FoContext, field: FoField, value: Json): Cell | undefined {
  if (value === null) return undefined;
  let cell: Cell | undefined;
  try {
    cell = field.kind === 'enum' ? symbolOf(context, field, value) : cellOfJson(field.kind, value);
  } catch (error) {
    if (!(error instanceof WrongType)) throw error;
    const literal = typeof value === 'string' ? value : writeExact(value);
    return badRequest(`Cannot convert the literal '${literal}' to the expected type '${field.edmType}'.`);
  }
  if (field.name === 'dataAreaId') cell = String(cell).toLowerCase();
  return cell === field.empty ? undefined : cell;
}

function symbolOf(context: FoContext, field: FoField, value: Json): Cell {
  if (typeof value !== 'string') throw new WrongType();
  const exact = context.options.get('enumCaseSensitive');
  const symbol = field.symbols?.find((one) =>
    exact ? one === value : one.toLowerCase() === value.toLowerCase(),
  );
  if (symbol === undefined) throw new WrongType();
  return symbol;
}
