import { randomUUID } from 'node:crypto';
import type { DataverseColumn, DataverseTable } from '../edm/dataverse-table';
import { quote } from '../json/exact-json';
import { preferences } from '../odata/query';
import { xmlText } from '../edm/xml';
import type { Cells, Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import { rowsOf, type DataverseContext } from './dataverse-context';
import { duplicateId, refuse } from './dataverse-errors';
import { changedCells, type Changes } from './payload';
import { removePairs } from './pairs';
import { ROOT_UNIT, userOf } from './users';

const FILLED_BY_SERVER = new Set([
  'statecode',
  'statuscode',
  'organizationid',
  'ownerid',
  'businessunitid',
  'administratorid',
]);

/** Who writes, and how the answer may speak of errors. */
export interface Writer {
  readonly caller: string;
  readonly prefer?: string | undefined;
  /** `MSCRM.SuppressDuplicateDetection: false` */
  readonly detectsDuplicates?: boolean;
}

export function createRow(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  changes: Changes,
  writer: Writer,
): Row {
  const primary = table.byName.get(table.primaryId) as DataverseColumn;
  const id = (changes.get(primary) as string | null | undefined) ?? randomUUID();
  if (rowsOf(context, table).rows.has(id)) duplicateId();
  const cells = changedCells(context, table, startingCells(context, unit, table, id, writer.caller), changes);
  cells[table.primaryId] = id;
  setOwningParty(context, table, cells);
  for (const column of table.columns)
    if (cells[column.name] === undefined) fillOrRefuse(context, table, column, cells);
  checkKeys(context, table, id, cells, writer);
  if (writer.detectsDuplicates) checkDuplicates(context, table, id, cells);
  return unit.put(table.name, { key: id, id, cells }, Object.keys(cells));
}

export function updateRow(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  row: Row,
  changes: Changes,
  writer: Writer,
): Row {
  changes.delete(table.byName.get(table.primaryId) as DataverseColumn);
  if (changes.size === 0) return row;
  const columns = [...changes.keys()].map(({ name }) => name);
  for (const [column, cell] of changes) if (cell === null && column.isSystemRequired) required(table, column);
  const cells = changedCells(context, table, row.cells, changes);
  setOwningParty(context, table, cells);
  cells['modifiedon'] = context.clock.nowText();
  cells['modifiedby'] = userOf(context, unit, writer.caller);
  checkKeys(context, table, row.key, cells, writer);
  if (writer.detectsDuplicates) checkDuplicates(context, table, row.key, cells);
  return unit.put(table.name, { key: row.key, id: row.id, cells }, columns);
}

/** Beside the owner stands whether it is a user or a team. */
export function setOwningParty({ store }: DataverseContext, table: DataverseTable, cells: Cells): void {
  const owner = table.isUserOwned ? cells['ownerid'] : undefined;
  if (typeof owner !== 'string') return;
  const isTeam = store.table('team').rows.has(owner);
  cells[isTeam ? 'owningteam' : 'owninguser'] = owner;
  delete cells[isTeam ? 'owninguser' : 'owningteam'];
}

export function deleteRow(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  row: Row,
): void {
  unlink(context, unit, table, row.id);
  removePairs(context, unit, table, row.id);
  unit.remove(table.name, row.key);
}

export function startingCells(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  id: string,
  caller: string,
): Cells {
  const user = userOf(context, unit, caller);
  const now = context.clock.nowText();
  const cells: Cells = {
    [table.primaryId]: id,
    createdon: now,
    modifiedon: now,
    createdby: user,
    modifiedby: user,
  };
  if (table.isUserOwned) {
    cells['ownerid'] = user;
    cells['owningbusinessunit'] = ROOT_UNIT;
  }
  cells['statecode'] = 0;
  cells['statuscode'] = 1;
  if (context.options.get('booleanDefaults'))
    for (const { type, name } of table.columns) if (type === 'boolean') cells[name] = false;
  return cells;
}

/** What the service sets by itself when a create leaves it out. */
function fillOrRefuse(
  context: DataverseContext,
  table: DataverseTable,
  column: DataverseColumn,
  cells: Cells,
): void {
  const { name, type, file } = column;
  if (file.autoNumber !== undefined) {
    const note = `number:${table.name}.${name}`;
    const next = ((context.store.readNote(note) as number | undefined) ?? 1000) + 1;
    context.store.note(note, next);
    cells[name] = `${file.autoNumber}${String(next).padStart(5, '0')}`;
    return;
  }
  if (!column.isSystemRequired || column.isReadOnly || FILLED_BY_SERVER.has(name)) return;
  if (type === 'picklist') cells[name] = file.options?.[0]?.value ?? 0;
  else if (type === 'integer') cells[name] = 0;
  else if (type !== 'boolean') required(table, column);
}

function required(table: DataverseTable, column: DataverseColumn): never {
  return refuse(400, '0x80040203', `Required field '${column.name}' of '${table.name}' is missing.`);
}

function checkKeys(
  context: DataverseContext,
  table: DataverseTable,
  id: string,
  cells: Cells,
  writer: Writer,
): void {
  const rows = rowsOf(context, table);
  for (const key of table.uniques) {
    const holder = rows.findUnique(key.name, cells);
    if (!holder || holder.key === id) continue;
    const names = key.columns.map((name) => {
      const file = table.byName.get(name)?.file;
      return file?.displayName ?? file?.label ?? name;
    });
    refuse(
      412,
      '0x80060892',
      `Entity Key ${key.displayName} violated. A record with the same value for ${names.join(', ')} already exists. A duplicate record cannot be created. Select one or more unique values and try again.`,
      preferences(writer.prefer).has('odata.include-annotations')
        ? duplicateDetails(table, key.columns, cells)
        : '',
    );
  }
}

function checkDuplicates(context: DataverseContext, table: DataverseTable, id: string, cells: Cells): void {
  for (const rule of table.file.duplicateRules ?? []) {
    const columns = Array.isArray(rule) ? rule : rule.columns;
    const same = (row: Row): boolean =>
      row.key !== id &&
      columns.every((name) => String(row.cells[name]).toLowerCase() === String(cells[name]).toLowerCase());
    for (const row of rowsOf(context, table).rows.values())
      if (columns.every((name) => cells[name] !== undefined) && same(row))
        refuse(
          context.options.get('duplicateDetectionStatus'),
          '0x80040333',
          'A record was not created or updated because a duplicate of the current record already exists.',
        );
  }
}

/** The values that collide and the row that was to be written; not the row that has them. */
function duplicateDetails(table: DataverseTable, columns: readonly string[], cells: Cells): string {
  const members = (names: readonly string[]): string =>
    names.map((name) => `<${name}>${xmlText(String(cells[name]))}</${name}>`).join('');
  const attributes = `<DuplicateAttributes>${members(columns)}</DuplicateAttributes>`;
  const entity = `<Entity LogicalName="${table.name}" Id="${String(cells[table.primaryId])}">${members(Object.keys(cells))}</Entity>`;
  return `,"@Microsoft.PowerApps.CDS.ErrorDetails.DuplicateAttributes":${quote(attributes)},"@Microsoft.PowerApps.CDS.ErrorDetails.DuplicateEntity":${quote(entity)}`;
}

/** Lookups that point to a row that goes are emptied (or keep it from going). */
function unlink(context: DataverseContext, unit: Transaction, table: DataverseTable, id: string): void {
  for (const other of context.catalog.all()) {
    const rows = rowsOf(context, other);
    if (!rows.refersTo(id)) continue;
    const columns = other.columns.filter((column) => column.isLookup && column.targets.includes(table.name));
    for (const row of [...rows.rows.values()]) {
      const linked = columns.filter(({ name }) => row.cells[name] === id);
      if (linked.length === 0 || (row.key === id && other === table)) continue;
      if (context.options.get('onDeleteReferenced') === 'restrict')
        refuse(
          405,
          '0x80040227',
          `The ${table.name} cannot be deleted because it is associated with a ${other.name}.`,
        );
      const cells: Cells = { ...row.cells, modifiedon: context.clock.nowText() };
      for (const { name } of linked) delete cells[name];
      unit.put(other.name, { key: row.key, id: row.id, cells });
    }
  }
}
