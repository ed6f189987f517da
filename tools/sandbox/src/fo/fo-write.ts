import { randomInt } from 'node:crypto';
import type { FoTable } from '../edm/fo-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { Cell, Cells, Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import { keyOfUrl, rowKey } from './entity-key';
import { isCrossCompany, isVisible, type FoContext } from './fo-context';
import { badRequest, innerError, notFound, textsFor, writeFailed } from './fo-errors';
import { fieldCell, foBody, foPayload, type FoChanges } from './fo-payload';
import { foEtag } from './fo-projection';
import { readEntity } from './fo-read';
import { companyOf } from './fo-user';
import { hasDependents, validate } from './fo-validation';
import { Refusal } from '../odata/exchange';
import type { KeyPart } from '../odata/path';

const DONE: Answer = { status: 204, headers: { 'OData-Version': '4.0' } };

export function createEntity(
  context: FoContext,
  unit: Transaction,
  table: FoTable,
  request: ODataRequest,
): Answer {
  const changes = foPayload(context, table, foBody(request.body));
  refuseOwnNumber(context, table, changes, request);
  const cells = applied(defaultCells(context, table), changes);
  const ownCompany = companyOf(context, request);
  if (table.hasCompany) {
    cells['dataAreaId'] ??= ownCompany;
    if (
      cells['dataAreaId'] !== ownCompany &&
      context.options.get('postNeedsCrossCompany') &&
      !isCrossCompany(request)
    )
      badRequest(`The company '${String(cells['dataAreaId'])}' is not the caller's.`);
  }
  numberKey(context, table, cells);
  for (const field of table.columns)
    if ((field.isRequired || field.isKey) && !changes.has(field)) changes.set(field, cells[field.name]);
  validateKey(context, table, cells, request);
  validate(context, table, changes, cells, request);
  const key = rowKey(table, cells);
  if (context.store.table(table.name).rows.has(key)) alreadyExists(context, table, cells, request);
  const row = unit.put(table.name, { key, id: context.store.nextRecId(), version: 1, cells });
  if (request.isInBatch && !context.options.get('batchCreateShowsRow')) return DONE;
  return readEntity(context, table, row, request, 201);
}

/** PATCH, and PUT, which empties what it does not name. There is no upsert. */
export function updateEntity(
  context: FoContext,
  unit: Transaction,
  table: FoTable,
  row: Row,
  request: ODataRequest,
): Answer {
  checkVersion(context, table, row, request);
  const changes = foPayload(context, table, foBody(request.body));
  if (request.method === 'PUT')
    for (const field of table.columns) if (!changes.has(field) && !field.isKey) changes.set(field, undefined);
  const cells = applied(row.cells, changes);
  if (rowKey(table, cells) !== row.key)
    writeFailed(context, request, table, [
      `Error: ${textsFor(context, request).keyCannotChange(table.label)}`,
    ]);
  validate(context, table, changes, cells, request);
  const isChanged = [...changes].some(([{ name }, cell]) => row.cells[name] !== cell);
  if (isChanged || !context.options.get('unchangedUpdateKeepsVersion'))
    unit.put(table.name, { key: row.key, id: row.id, version: nextVersion(row), cells });
  return DONE;
}

export function deleteEntity(
  context: FoContext,
  unit: Transaction,
  table: FoTable,
  row: Row,
  request: ODataRequest,
): Answer {
  checkVersion(context, table, row, request);
  refuseWithDependents(context, table, row, request);
  unit.remove(table.name, row.key);
  return DONE;
}

/** The row that a keyed URL names; a row of another company is not found. */
export function findEntity(
  context: FoContext,
  table: FoTable,
  key: readonly KeyPart[],
  request: ODataRequest,
): Row {
  const row = context.store.table(table.name).rows.get(keyOfUrl(table, key));
  if (!row || !isVisible(context, table, row, request))
    return notFound(`Resource not found for the segment '${table.set}'.`);
  return row;
}

/** After an update the record version is no counter: any other 32-bit number. */
export function nextVersion(row: Row): number {
  const version = randomInt(2, 2 ** 31 - 1);
  return version === row.version ? version + 1 : version;
}

function checkVersion(context: FoContext, table: FoTable, row: Row, request: ODataRequest): void {
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined || ifMatch === '*' || !context.options.get('ifMatchHonoured')) return;
  if (ifMatch.trim() !== foEtag(table, row))
    throw new Refusal(
      innerError(
        context.options.get('staleVersionStatus'),
        'The record version in If-Match is not the current one.',
        'Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataPreconditionException',
      ),
    );
}

function applied(before: Readonly<Cells>, changes: FoChanges): Cells {
  const cells: Cells = { ...before };
  for (const [{ name }, cell] of changes) {
    if (cell === undefined) delete cells[name];
    else cells[name] = cell;
  }
  return cells;
}

/** An automatic number sequence fills a key that was left out. */
function numberKey(context: FoContext, table: FoTable, cells: Cells): void {
  const sequence = table.file.numberSequence;
  if (!sequence || cells[sequence.field] !== undefined) return;
  const note = `sequence:${table.name}`;
  const next = ((context.store.readNote(note) as number | undefined) ?? (sequence.first ?? 1) - 1) + 1;
  context.store.note(note, next);
  cells[sequence.field] = `${sequence.prefix ?? ''}${String(next).padStart(sequence.digits ?? 6, '0')}`;
}

/** What defaultRow sets where a create says nothing. */
function defaultCells(context: FoContext, table: FoTable): Cells {
  const cells: Cells = {};
  for (const field of table.columns) {
    const { default: value } = field.file;
    const cell = value === undefined ? undefined : fieldCell(context, field, value);
    if (cell !== undefined) cells[field.name] = cell;
  }
  return cells;
}

/** A number sequence that is automatic, and nothing else, takes no number of the caller's. */
function refuseOwnNumber(
  context: FoContext,
  table: FoTable,
  changes: FoChanges,
  request: ODataRequest,
): void {
  const sequence = table.file.numberSequence;
  const field = sequence && table.byName.get(sequence.field);
  if (!field || sequence?.isManual !== false || changes.get(field) === undefined) return;
  const text = textsFor(context, request).numberIsAutomatic(field.label);
  writeFailed(context, request, table, [
    `Warning: ${text}`,
    `Warning: validateField failed on field '${table.entity}.${field.name}'`,
  ]);
}

/** Restricted delete: a row that a validated relation of another entity names stays. */
function refuseWithDependents(context: FoContext, table: FoTable, row: Row, request: ODataRequest): void {
  const dependents = context.catalog.all().find((other) => hasDependents(context, other, table, row));
  if (dependents)
    writeFailed(context, request, table, [
      `Error: ${textsFor(context, request).hasDependents(placeOf(table), dependents.label)}`,
    ]);
}

function validateKey(
  context: FoContext,
  table: FoTable,
  cells: Readonly<Cells>,
  request: ODataRequest,
): void {
  const log: string[] = [];
  for (const field of table.keys)
    if (cells[field.name] === undefined && field.kind === 'string')
      log.push(
        `Warning: ${textsFor(context, request).mustBeFilledIn(field.label)}`,
        `Warning: validateWrite failed on field '${table.entity}.${field.name}'`,
      );
  if (log.length > 0) writeFailed(context, request, table, log);
}

function alreadyExists(
  context: FoContext,
  table: FoTable,
  cells: Readonly<Cells>,
  request: ODataRequest,
): never {
  const named = table.keys.filter(({ name }) => name !== 'dataAreaId');
  const title = ['Description', 'Name'].map((name) => cells[name]).find((cell) => cell !== undefined);
  const values = [
    ...named.map(({ label, name }) => `${label}: ${show(cells[name])}`),
    ...(title === undefined ? [] : [String(title)]),
  ].join(', ');
  return writeFailed(context, request, table, [
    `Info: ${textsFor(context, request).alreadyExists(placeOf(table), values)}`,
  ]);
}

/** "Customer groups (CustGroup)": the table's label and name as messages show them. */
function placeOf(table: FoTable): string {
  const { label, table: own } = table.file;
  return `${own?.label ?? label ?? table.set} (${own?.name ?? table.publicEntity})`;
}

const show = (cell: Cell | undefined): string => String(cell ?? '');
