import type { TableSchema } from './table-schema';

/** What a side's metadata service tells beyond `$metadata`, which leaves out most lengths and scales in Dataverse. */
export interface ColumnFacts {
  readonly column: string;
  readonly maxLength?: number;
  /** `Precision` of money, decimal and double attributes. */
  readonly scale?: number;
  /** F&O `DataType` Date: the column holds a day, not a moment, though `$metadata` shows both alike. */
  readonly isDay?: boolean;
}

/** The schema with these facts added; columns that it does not have are left out. */
export function withColumnFacts(schema: TableSchema, facts: readonly ColumnFacts[]): TableSchema {
  const columns = new Map(schema.columns);
  for (const { column: name, maxLength, scale, isDay } of facts) {
    const column = columns.get(name);
    if (column === undefined) continue;
    columns.set(name, {
      ...column,
      ...(maxLength !== undefined && column.type === 'string' ? { maxLength } : {}),
      ...(scale !== undefined && (column.type === 'decimal' || column.type === 'double') ? { scale } : {}),
      ...(isDay === true && column.type === 'datetime' ? { type: 'date' as const } : {}),
    });
  }
  return { ...schema, columns };
}
