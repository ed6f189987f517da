import { cellOfJson, WrongType } from '../edm/cell-parsing';
import type { FoField, FoTable } from '../edm/fo-table';
import { isObject, parseExact, writeExact, type Json, type JsonObject } from '../json/exact-json';
import type { ODataRequest } from '../odata/exchange';
import type { Cell, Cells } from '../store/row';
import type { FoContext } from './fo-context';
import { badRequest, writeFailed } from './fo-errors';

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

/** What validateField and validateWrite object to, in Infolog entries. */
export function validate(
  context: FoContext,
  table: FoTable,
  changes: FoChanges,
  cells: Readonly<Cells>,
  request: ODataRequest,
): void {
  const log: string[] = [];
  for (const [field, cell] of changes) {
    const failed = (text: string, check = 'validateField'): void => {
      log.push(`Warning: ${text}`, `Warning: ${check} failed on field '${table.entity}.${field.name}'`);
    };
    const { maxLength } = field.file;
    if (field.isRequired && cell === undefined)
      failed(`Field '${field.label}' must be filled in.`, 'validateWrite');
    if (maxLength !== undefined && typeof cell === 'string' && cell.length > maxLength)
      failed(`The value '${cell}' in field '${field.label}' is longer than ${maxLength} characters.`);
  }
  for (const relation of table.file.relations ?? []) {
    if (relation.validate) checkRelation(context, table, relation, { changes, cells, log });
  }
  if (log.length > 0) writeFailed(request, table, log);
}

type Relation = NonNullable<FoTable['file']['relations']>[number];

function checkRelation(
  context: FoContext,
  table: FoTable,
  relation: Relation,
  { changes, cells, log }: { changes: FoChanges; cells: Readonly<Cells>; log: string[] },
): void {
  const target = relation.set === undefined ? undefined : context.catalog.findSet(relation.set);
  const pairs = relationFields(relation.fields, target);
  const local = pairs.map(([from]) => table.byName.get(from)).filter((field) => field !== undefined);
  const last = local.at(-1);
  if (!target || !last || !local.some((field) => changes.has(field)) || cells[last.name] === undefined)
    return;
  const rows = context.store.table(target.name);
  const wanted =
    target.hasCompany && table.hasCompany ? [...pairs, ['dataAreaId', 'dataAreaId'] as const] : pairs;
  for (const row of rows.rows.values())
    if (
      wanted.every(
        ([from, to]) => String(row.cells[to] ?? '').toLowerCase() === String(cells[from] ?? '').toLowerCase(),
      )
    )
      return;
  log.push(
    `Warning: The value '${String(cells[last.name])}' in field '${relation.fieldLabel ?? last.label}' is not found in the related table '${relation.label ?? target.label}'.`,
    `Warning: validateField failed on field '${table.entity}.${last.name}'`,
  );
}

/** Own field and the target's: `{own: target}`, pairs of the same name, or objects. */
function relationFields(fields: unknown, target: FoTable | undefined): (readonly [string, string])[] {
  if (Array.isArray(fields))
    return fields.map((one: unknown): readonly [string, string] => {
      if (typeof one === 'string')
        return [one, target?.byName.has(one) ? one : (target?.keys.at(-1)?.name ?? one)];
      const [from = '', to = from] = Object.values(one as Record<string, string>);
      return [from, to];
    });
  return Object.entries((fields ?? {}) as Record<string, string>);
}
