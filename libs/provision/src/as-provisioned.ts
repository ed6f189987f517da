import type { Column, ColumnType, TableSchema } from '@dualwrite/schemas';
import type { ColumnDefinition, ColumnKind, TableDefinition } from './table-definition';

const TYPES: Readonly<Record<ColumnKind, ColumnType>> = {
  string: 'string',
  integer: 'int32',
  bigint: 'int64',
  decimal: 'decimal',
  boolean: 'boolean',
  date: 'date',
  datetime: 'datetime',
  picklist: 'int32',
  lookup: 'lookup',
};

/**
 * A Dataverse table as it will be once everything is provisioned: what is there, and what is defined beyond it. So a map
 * can be held against tables that do not exist yet. What is there has the last word.
 */
export function asProvisioned(
  actual: TableSchema | undefined,
  table: string,
  definitions: readonly TableDefinition[],
): TableSchema | undefined {
  const definition = definitions.find((one) => one.table === table);
  if (definition === undefined) return actual;
  const made = definition.columns.map((column) => [column.name, columnOf(column, definitions)] as const);
  if (actual !== undefined) return { ...actual, columns: new Map([...made, ...actual.columns]) };
  const primaryId = `${table}id`;
  return {
    side: 'dataverse',
    table,
    entitySet: definition.entitySet,
    entityType: `Microsoft.Dynamics.CRM.${table}`,
    key: [primaryId],
    columns: new Map([[primaryId, { name: primaryId, type: 'guid', nullable: false }], ...made]),
    companyColumn: null,
  };
}

function columnOf(definition: ColumnDefinition, definitions: readonly TableDefinition[]): Column {
  const { name, type, maxLength, scale, target, navigation } = definition;
  return {
    name,
    type: TYPES[type],
    nullable: true,
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(scale === undefined ? {} : { scale }),
    ...(target === undefined
      ? {}
      : {
          targets: [
            {
              table: target,
              entitySet: definitions.find((one) => one.table === target)?.entitySet ?? `${target}s`,
              navigationProperty: navigation ?? name,
            },
          ],
        }),
  };
}
