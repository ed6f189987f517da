import { randomInt } from 'node:crypto';
import type { FoTable } from '../edm/fo-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import type { Cell, Cells, Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import { keyOfUrl, rowKey } from './entity-key';
import { isCrossCompany, isVisible, type FoContext } from './fo-context';
import { badRequest, innerError, notFound, writeFailed } from './fo-errors';
import { foBody, foPayload, validate, type FoChanges } from './fo-payload';
import { foEtag } from './fo-projection';
import { readEntity } from './fo-read';
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
  const cells = applied({}, changes);
  const ownCompany = context.options.get('defaultCompany').toLowerCase();
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
  validateKey(table, cells, request);
  validate(context, table, changes, cells, request);
  const key = rowKey(table, cells);
  if (context.store.table(table.name).rows.has(key)) alreadyExists(table, cells, request);
  return readEntity(
    table,
    unit.put(table.name, { key, id: context.store.nextRecId(), version: 1, cells }),
    request,
    201,
  );
}

/** PATCH, and PUT, which empties what it does not name. There is no upsert. */
export function updateEntity(
  context: FoContext,
  unit: Transaction,
  table: FoTable,
  row: Row,
  request: ODataRequest,
): Answer {
  checkVersion(context, row, request);
  const changes = foPayload(context, table, foBody(request.body));
  if (request.method === 'PUT')
    for (const field of table.columns) if (!changes.has(field) && !field.isKey) changes.set(field, undefined);
  const cells = applied(row.cells, changes);
  if (rowKey(table, cells) !== row.key)
    writeFailed(request, table, [`Error: The key of a record in ${table.label} cannot be changed`]);
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
  checkVersion(context, row, request);
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

function checkVersion(context: FoContext, row: Row, request: ODataRequest): void {
  const ifMatch = request.headers['if-match'];
  if (ifMatch === undefined || ifMatch === '*' || !context.options.get('ifMatchHonoured')) return;
  if (ifMatch.trim() !== foEtag(row))
    throw new Refusal(
      innerError(
        412,
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
  const next = ((context.store.readNote(note) as number | undefined) ?? 0) + 1;
  context.store.note(note, next);
  cells[sequence.field] = `${sequence.prefix ?? ''}${String(next).padStart(sequence.digits ?? 6, '0')}`;
}

function validateKey(table: FoTable, cells: Readonly<Cells>, request: ODataRequest): void {
  const log: string[] = [];
  for (const field of table.keys)
    if (cells[field.name] === undefined && field.kind === 'string')
      log.push(
        `Warning: Field '${field.label}' must be filled in.`,
        `Warning: validateWrite failed on field '${table.entity}.${field.name}'`,
      );
  if (log.length > 0) writeFailed(request, table, log);
}

function alreadyExists(table: FoTable, cells: Readonly<Cells>, request: ODataRequest): never {
  const named = table.keys.filter(({ name }) => name !== 'dataAreaId');
  const values = named.map(({ label, name }) => `${label}: ${show(cells[name])}`).join(', ');
  const { label, table: own } = table.file;
  const where = `${own?.label ?? label ?? table.set} (${own?.name ?? table.publicEntity})`;
  return writeFailed(request, table, [
    `Info: Cannot create a record in ${where}. ${values}.\nThe record already exists.`,
  ]);
}

const show = (cell: Cell | undefined): string => String(cell ?? '');
