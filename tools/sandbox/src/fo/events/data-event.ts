import { randomUUID } from 'node:crypto';
import type { FoField, FoTable } from '../../edm/fo-table';
import { idOf } from '../../http/token-server';
import { ExactNumber, writeExact, type Json, type JsonObject } from '../../json/exact-json';
import type { Cell, Row } from '../../store/row';
import type { Write } from '../../store/transaction';
import { OPTION_BASE, virtualId, virtualName, virtualTableName } from '../virtual/virtual-names';

const CONTRACTS = 'http://schemas.microsoft.com/xrm/2011/Contracts';
const MESSAGES = { create: 'Create', update: 'Update', delete: 'Delete' } as const;

export interface EventSender {
  readonly caller: string;
  readonly nowMs: number;
  readonly organizationId: string;
  /** Tables and columns as the virtual tables call them: `mserp_customergroupentity`. */
  readonly hasVirtualNames: boolean;
}

/**
 * A data event as Dataverse forwards it: a RemoteExecutionContext with the row as Target and, where there was one, the
 * row before as image. Names are lower case; empty date-times are left out; a delete has the key only.
 */
export function dataEvent(
  table: FoTable,
  write: Write,
  { caller, nowMs, organizationId, hasVirtualNames }: EventSender,
): string {
  const names = hasVirtualNames ? VIRTUAL : PLAIN;
  const row = (write.after ?? write.before) as Row;
  const id = hasVirtualNames ? virtualId(table, row.key) : idOf(`${table.name}:${row.id}`);
  const user = idOf(`user:${caller}`);
  const target = write.after ? entity(table, write.after, id, names) : reference(table, row, id, names);
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
      write.before && write.after ? [{ key: 'PreImage', value: entity(table, write.before, id, names) }] : [],
    PrimaryEntityId: id,
    PrimaryEntityName: names.table(table),
    RequestId: null,
    SecondaryEntityName: 'none',
    SharedVariables: [],
    Stage: 40,
    UserId: user,
  };
  return writeExact(context).replaceAll('/', '\\/');
}

/** How tables, columns and enums are written. */
interface Names {
  table(table: FoTable): string;
  column(field: FoField): string;
  symbol(field: FoField, symbol: string): Json;
}

const PLAIN: Names = {
  table: ({ set }) => set,
  column: ({ name }) => name.toLowerCase(),
  symbol: (_, symbol) => symbol,
};
const VIRTUAL: Names = {
  table: virtualTableName,
  column: ({ name }) => virtualName(name),
  symbol: (field, symbol) => ({
    __type: `OptionSetValue:${CONTRACTS}`,
    Value: OPTION_BASE + Math.max(0, field.symbols?.indexOf(symbol) ?? 0),
  }),
};

function entity(table: FoTable, row: Row, id: string, names: Names): JsonObject {
  const attributes = table.columns
    .filter((field) => field.isKey || row.cells[field.name] !== undefined)
    .map((field) => pair(field, row.cells[field.name], names));
  return {
    __type: `Entity:${CONTRACTS}`,
    Attributes: attributes,
    EntityState: null,
    FormattedValues: [],
    Id: id,
    KeyAttributes: keys(table, row, names),
    LogicalName: names.table(table),
    RelatedEntities: [],
    RowVersion: null,
  };
}

function reference(table: FoTable, row: Row, id: string, names: Names): JsonObject {
  return {
    __type: `EntityReference:${CONTRACTS}`,
    Id: id,
    KeyAttributes: keys(table, row, names),
    LogicalName: names.table(table),
    Name: null,
    RowVersion: null,
  };
}

function keys(table: FoTable, row: Row, names: Names): Json[] {
  return table.keys.map((field) => pair(field, row.cells[field.name], names));
}

function pair(field: FoField, cell: Cell | undefined, names: Names): JsonObject {
  return { key: names.column(field), value: value(field, cell ?? (field.empty as Cell), names) };
}

function value(field: FoField, cell: Cell, names: Names): Json {
  switch (field.kind) {
    case 'enum':
      return names.symbol(field, String(cell));
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
