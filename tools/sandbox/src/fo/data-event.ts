import { randomUUID } from 'node:crypto';
import type { FoField, FoTable } from '../edm/fo-table';
import { idOf } from '../http/token-server';
import { ExactNumber, writeExact, type Json, type JsonObject } from '../json/exact-json';
import type { Cell, Row } from '../store/row';
import type { Write } from '../store/transaction';

const CONTRACTS = 'http://schemas.microsoft.com/xrm/2011/Contracts';
const MESSAGES = { create: 'Create', update: 'Update', delete: 'Delete' } as const;

/**
 * A data event as Dataverse forwards it: a RemoteExecutionContext with the row as Target and, where there was one, the
 * row before as image. Names are lower case; empty date-times are left out; a delete has the key only.
 */
export function dataEvent(
  table: FoTable,
  write: Write,
  { caller, nowMs, organizationId }: { caller: string; nowMs: number; organizationId: string },
): string {
  const row = (write.after ?? write.before) as Row;
  const id = idOf(`${table.name}:${row.id}`);
  const user = idOf(`user:${caller}`);
  const target = write.after ? entity(table, write.after, id) : reference(table, row, id);
  const context: JsonObject = {
    BusinessUnitId: idOf('businessunit:root'),
    CorrelationId: randomUUID(),
    Depth: 1,
    InitiatingUserId: user,
    InputParameters: [{ key: 'Target', value: target }],
    IsExecutingOffline: false,
    IsInTransaction: false,
    IsOfflinePlayback: false,
    IsolationMode: 1,
    MessageName: MESSAGES[write.operation],
    Mode: 1,
    OperationCreatedOn: `/Date(${nowMs}+0000)/`,
    OperationId: randomUUID(),
    OrganizationId: organizationId,
    OrganizationName: 'sandbox',
    OutputParameters: [],
    OwningExtension: null,
    ParentContext: null,
    PostEntityImages: [],
    PreEntityImages:
      write.before && write.after ? [{ key: 'PreImage', value: entity(table, write.before, id) }] : [],
    PrimaryEntityId: id,
    PrimaryEntityName: table.set,
    RequestId: null,
    SecondaryEntityName: 'none',
    SharedVariables: [],
    Stage: 40,
    UserId: user,
  };
  return writeExact(context).replaceAll('/', '\\/');
}

function entity(table: FoTable, row: Row, id: string): JsonObject {
  const attributes = table.columns
    .filter((field) => field.isKey || row.cells[field.name] !== undefined)
    .map((field) => pair(field, row.cells[field.name]));
  return {
    __type: `Entity:${CONTRACTS}`,
    Attributes: attributes,
    EntityState: null,
    FormattedValues: [],
    Id: id,
    KeyAttributes: keys(table, row),
    LogicalName: table.set,
    RelatedEntities: [],
    RowVersion: null,
  };
}

function reference(table: FoTable, row: Row, id: string): JsonObject {
  return {
    __type: `EntityReference:${CONTRACTS}`,
    Id: id,
    KeyAttributes: keys(table, row),
    LogicalName: table.set,
    Name: null,
    RowVersion: null,
  };
}

function keys(table: FoTable, row: Row): Json[] {
  return table.keys.map((field) => pair(field, row.cells[field.name]));
}

function pair(field: FoField, cell: Cell | undefined): JsonObject {
  return { key: field.name.toLowerCase(), value: value(field, cell ?? (field.empty as Cell)) };
}

function value(field: FoField, cell: Cell): Json {
  switch (field.kind) {
    case 'date':
      return `/Date(${Date.parse(`${cell}T12:00:00Z`)})/`;
    case 'datetime':
      return `/Date(${Date.parse(String(cell))})/`;
    case 'decimal':
    case 'int64':
      return new ExactNumber(String(cell));
    default:
      return cell;
  }
}
