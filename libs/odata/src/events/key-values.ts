import type { Cell } from '@dualwrite/events';
import { fromWire, nativeIdOf, UnreadableValue, type TableSchema } from '@dualwrite/schemas';

/**
 * Which row of F&O is meant, by its key columns.
 *
 * @param valueOf what is told of a column, in the form of OData
 * @returns null: a column is missing, or holds what it cannot hold
 */
export function nativeIdBy(schema: TableSchema, valueOf: (column: string) => unknown): string | null {
  const cells: Record<string, Cell> = {};
  for (const name of schema.key) {
    const column = schema.columns.get(name);
    const value = valueOf(name);
    if (column === undefined || value === undefined) return null;
    try {
      cells[name] = fromWire(column, 'fo', value);
    } catch (error) {
      if (error instanceof UnreadableValue) return null;
      throw error;
    }
  }
  return nativeIdOf(schema, cells);
}
