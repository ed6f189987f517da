import type { DataverseColumn, DataverseTable } from '../edm/dataverse-table';
import type { Answer, ODataRequest } from '../odata/exchange';
import { preferences } from '../odata/query';
import type { Row } from '../store/row';
import type { Transaction } from '../store/transaction';
import { existing, type Address } from './address';
import type { DataverseContext } from './dataverse-context';
import { alreadyThere, refuse, versionMismatch } from './dataverse-errors';
import { createDeep } from './deep-insert';
import { parseBody, readPayload, type Changes } from './payload';
import { etag, rowAnswer } from './read-row';
import { createRow, deleteRow, updateRow, type Writer } from './row-writes';

const writerOf = ({ caller, headers }: ODataRequest): Writer => ({
  caller,
  prefer: headers['prefer'],
  detectsDuplicates: headers['mscrm.suppressduplicatedetection']?.toLowerCase() === 'false',
});

export function create(
  context: DataverseContext,
  unit: Transaction,
  table: DataverseTable,
  request: ODataRequest,
): Answer {
  const row = createDeep(context, unit, table, parseBody(table, request.body), writerOf(request));
  return written(context, table, row, request, { status: 201, entity: `${table.set}(${row.id})` });
}

/** PATCH: update or create, unless a precondition says otherwise. */
export function upsert(
  context: DataverseContext,
  unit: Transaction,
  address: Address,
  request: ODataRequest,
): Answer {
  const { table, row } = address;
  const ifMatch = request.headers['if-match'];
  const ifNoneMatch = request.headers['if-none-match'];
  if (row) {
    if (ifNoneMatch === '*') alreadyThere();
    checkVersion(context, table, row, ifMatch);
    const changes = readPayload(context, table, parseBody(table, request.body));
    // The key that addresses the row cannot be changed through itself.
    if (address.kind === 'key')
      for (const name of Object.keys(address.cells))
        changes.delete(table.byName.get(name) as DataverseColumn);
    const after = updateRow(context, unit, table, row, changes, writerOf(request));
    return written(context, table, after, request, { status: 200, entity: entityOf(address, request) });
  }
  if (ifMatch !== undefined) missing(context, address, ifMatch);
  request.touched.operation = 'create';
  const changes = withKey(address, readPayload(context, table, parseBody(table, request.body)));
  const after = createRow(context, unit, table, changes, writerOf(request));
  return written(context, table, after, request, { status: 201, entity: entityOf(address, request) });
}

export function remove(
  context: DataverseContext,
  unit: Transaction,
  address: Address,
  request: ODataRequest,
): Answer {
  const ifMatch = request.headers['if-match'];
  const row = address.row ?? missing(context, address, ifMatch);
  checkVersion(context, address.table, row, ifMatch);
  deleteRow(context, unit, address.table, row);
  return { status: 204, headers: { 'OData-Version': '4.0' } };
}

/** A row that is not there; whether an ETag for it is a conflict instead is not known for sure. */
function missing({ options }: DataverseContext, address: Address, ifMatch: string | undefined): Row {
  const isConflict =
    ifMatch !== undefined && ifMatch !== '*' && options.get('missingRowWithEtagStatus') === 412;
  return isConflict ? versionMismatch(options.get('versionMismatchCode')) : existing(address);
}

export function checkVersion(
  { options }: DataverseContext,
  table: DataverseTable,
  row: Row,
  ifMatch: string | undefined,
): void {
  if (ifMatch === undefined || ifMatch === '*') return;
  if (!table.hasOptimisticConcurrency)
    refuse(
      400,
      '0x8006088d',
      `Optimistic concurrency isn't enabled for entity type ${table.name}. The IfVersionMatches value of ConcurrencyBehavior can only be used if optimistic concurrency is enabled.`,
    );
  const wanted = ifMatch.split(',').map((one) => one.trim().replace(/^W\//, ''));
  if (!wanted.includes(`"${row.version}"`)) versionMismatch(options.get('versionMismatchCode'));
}

/** Absent key columns are copied from the URL; those in the body win. */
export function withKey(address: Address, changes: Changes): Changes {
  const { table } = address;
  if (address.kind === 'id')
    return changes.set(table.byName.get(table.primaryId) as DataverseColumn, address.id);
  for (const [name, cell] of Object.entries(address.cells)) {
    const column = table.byName.get(name) as DataverseColumn;
    if (!changes.has(column)) changes.set(column, cell);
  }
  return changes;
}

/** An answer to an upsert by alternate key names the key as it was sent, not the id. */
function entityOf(address: Address, request: ODataRequest): string {
  return address.kind === 'id' ? `${address.table.set}(${address.id})` : request.path;
}

function written(
  context: DataverseContext,
  table: DataverseTable,
  row: Row,
  request: ODataRequest,
  { status, entity }: { status: number; entity: string },
): Answer {
  if (preferences(request.headers['prefer']).get('return') === 'representation') {
    const answer = rowAnswer(context, table, row, request, status);
    return {
      ...answer,
      headers: { ...answer.headers, 'Preference-Applied': 'return=representation', ETag: etag(row) },
    };
  }
  const url = `${request.root}/${entity}`;
  return {
    status: 204,
    headers: {
      'OData-Version': '4.0',
      ...(request.isInBatch ? { Location: url } : {}),
      'OData-EntityId': url,
    },
  };
}
