import type { FoTable } from '../edm/fo-table';
import type { ODataRequest } from '../odata/exchange';
import type { Cell, Cells, Row } from '../store/row';
import type { FoContext } from './fo-context';
import { textsFor, writeFailed } from './fo-errors';
import type { FoChanges } from './fo-payload';
import type { InfologTexts } from './infolog-texts';

/** What validateField and validateWrite object to, in Infolog entries. */
export function validate(
  context: FoContext,
  table: FoTable,
  changes: FoChanges,
  cells: Readonly<Cells>,
  request: ODataRequest,
): void {
  const log: string[] = [];
  const texts = textsFor(context, request);
  for (const [field, cell] of changes) {
    const failed = (text: string, check = 'validateField'): void => {
      log.push(`Warning: ${text}`, `Warning: ${check} failed on field '${table.entity}.${field.name}'`);
    };
    const { maxLength } = field.file;
    if (field.isRequired && cell === undefined) failed(texts.mustBeFilledIn(field.label), 'validateWrite');
    if (maxLength !== undefined && typeof cell === 'string' && cell.length > maxLength)
      failed(texts.tooLong(cell, field.label, maxLength));
  }
  for (const relation of table.file.relations ?? []) {
    if (relation.validate) checkRelation(context, table, relation, { changes, cells, log, texts });
  }
  if (log.length > 0) writeFailed(context, request, table, log);
}

type Relation = NonNullable<FoTable['file']['relations']>[number];

function checkRelation(
  context: FoContext,
  table: FoTable,
  relation: Relation,
  {
    changes,
    cells,
    log,
    texts,
  }: { changes: FoChanges; cells: Readonly<Cells>; log: string[]; texts: InfologTexts },
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
    if (wanted.every(([from, to]) => same(row.cells[to], cells[from]))) return;
  log.push(
    `Warning: ${texts.notInRelatedTable(String(cells[last.name]), relation.fieldLabel ?? last.label, relation.label ?? target.label)}`,
    `Warning: validateField failed on field '${table.entity}.${last.name}'`,
  );
}

/** Whether a row of `other` names this row by a relation that is validated. */
export function hasDependents(context: FoContext, other: FoTable, table: FoTable, row: Row): boolean {
  for (const relation of other.file.relations ?? []) {
    if (!relation.validate || relation.set !== table.set) continue;
    const pairs = relationFields(relation.fields, table);
    const wanted =
      table.hasCompany && other.hasCompany ? [...pairs, ['dataAreaId', 'dataAreaId'] as const] : pairs;
    const isNamed = (own: Row): boolean =>
      wanted.every(([from, to]) => row.cells[to] !== undefined && same(own.cells[from], row.cells[to]));
    for (const own of context.store.table(other.name).rows.values()) if (isNamed(own)) return true;
  }
  return false;
}

const same = (one: Cell | undefined, other: Cell | undefined): boolean =>
  String(one ?? '').toLowerCase() === String(other ?? '').toLowerCase();

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
