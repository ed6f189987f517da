import type { Column, TableSchema } from './table-schema';

/** A table schema as it goes over HTTP. */
export type TableSchemaJson = Omit<TableSchema, 'columns'> & { readonly columns: readonly Column[] };

export function schemaToJson(schema: TableSchema): TableSchemaJson {
  return { ...schema, columns: [...schema.columns.values()] };
}

export function schemaFromJson(json: TableSchemaJson): TableSchema {
  return { ...json, columns: new Map(json.columns.map((column) => [column.name, column])) };
}
