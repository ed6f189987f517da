import type { DataverseColumn, DataverseTable } from '../../edm/dataverse-table';
import { ExactNumber, type Json, type JsonObject } from '../../json/exact-json';
import type { Cell, Row } from '../../store/row';

const CONTRACTS = 'http://schemas.microsoft.com/xrm/2011/Contracts';

/** An entity as plug-ins and webhooks get it: the attributes are pairs, not members. */
export function entity(table: DataverseTable, id: string, attributes: JsonObject[]): JsonObject {
  return {
    Attributes: attributes,
    EntityState: null,
    FormattedValues: [],
    Id: id,
    KeyAttributes: [],
    LogicalName: table.name,
    RelatedEntities: [],
    RowVersion: null,
  };
}

export function typed(type: string, value: JsonObject): JsonObject {
  return { __type: `${type}:${CONTRACTS}`, ...value };
}

export function reference(logicalName: string, id: string): JsonObject {
  return { Id: id, KeyAttributes: [], LogicalName: logicalName, Name: null, RowVersion: null };
}

/** The columns of a row as pairs; one that is empty is there as null only when it is named. */
export function attributesOf(
  table: DataverseTable,
  row: Row,
  columns: ReadonlySet<string> | undefined,
  tableOf: (column: DataverseColumn, id: string) => string,
): JsonObject[] {
  const pairs: JsonObject[] = [];
  for (const column of table.columns) {
    if (columns && !columns.has(column.name) && column.name !== table.primaryId) continue;
    const cell = row.cells[column.name];
    if (cell === undefined && (!columns || column.isVersion)) continue;
    pairs.push({
      key: column.name,
      value: cell === undefined ? null : valueOf(column, cell, (id) => tableOf(column, id)),
    });
  }
  return pairs;
}

function valueOf(column: DataverseColumn, cell: Cell, tableOf: (id: string) => string): Json {
  if (column.isLookup) return typed('EntityReference', reference(tableOf(String(cell)), String(cell)));
  switch (column.type) {
    case 'picklist':
    case 'state':
    case 'status':
      return typed('OptionSetValue', { Value: Number(cell) });
    case 'multiselectpicklist':
      return String(cell)
        .split(',')
        .map((value) => typed('OptionSetValue', { Value: Number(value) }));
    case 'money':
      return typed('Money', { Value: new ExactNumber(String(cell)) });
    case 'decimal':
    case 'double':
    case 'bigint':
      return new ExactNumber(String(cell));
    case 'datetime':
      return `/Date(${Date.parse(String(cell))})/`;
    case 'dateonly':
      return `/Date(${Date.parse(`${String(cell)}T00:00:00Z`)})/`;
    default:
      return cell;
  }
}
