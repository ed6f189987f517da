import type { Cell, Cells } from '@dualwrite/events';
import {
  fromWire,
  isPolymorphic,
  polymorphicTarget,
  UnreadableValue,
  type TableSchema,
} from '@dualwrite/schemas';

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

/** Values as a caller writes them, in canonical form; or all that is wrong with them. */
export function cellsOf(
  schema: TableSchema,
  fields: Readonly<Record<string, unknown>>,
): { readonly cells: Cells } | { readonly problems: readonly FieldProblem[] } {
  const cells: Record<string, Cell> = {};
  const problems: FieldProblem[] = [];
  for (const [name, value] of Object.entries(fields)) {
    const column = schema.columns.get(name);
    if (column === undefined) {
      problems.push({ field: name, message: `${schema.side} ${schema.table} has no such column` });
      continue;
    }
    try {
      const isWhole = isPolymorphic(column) && typeof value === 'string';
      if (isWhole && polymorphicTarget(value) === null)
        problems.push({ field: name, message: 'may point at several tables: write TABLE/GUID' });
      else cells[name] = isWhole ? value : fromWire(column, schema.side, value);
    } catch (error) {
      if (!(error instanceof UnreadableValue)) throw error;
      problems.push({ field: name, message: error.message });
    }
  }
  return problems.length > 0 ? { problems } : { cells };
}
