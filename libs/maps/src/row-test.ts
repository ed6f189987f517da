import type { TableSchema } from '@dualwrite/schemas';
import { compileFilter, FilterMismatch, type RowTest } from './compile-filter';
import { filterColumns } from './filter';
import { findFilterColumn } from './find-in-schema';
import { parseFilter } from './parse-filter';

export interface CompiledRowTest {
  readonly test: RowTest;
  /** Columns that it reads, as the schema names them. */
  readonly columns: readonly string[];
}

/** A filter in the language of its table's side (as in a map's `filter`), ready to be asked of rows. */
export function rowTest(text: string, schema: TableSchema): CompiledRowTest | { readonly problem: string } {
  const parsed = parseFilter(schema.side === 'fo' ? 'fo' : 'odata', text);
  if ('problem' in parsed) {
    const { message, offset } = parsed.problem;
    return { problem: `${message} (at character ${offset + 1} of ${text})` };
  }
  try {
    const test = compileFilter(parsed.filter, (name) => findFilterColumn(schema, name));
    const names = parsed.filter === null ? [] : filterColumns(parsed.filter);
    return { test, columns: names.flatMap((name) => findFilterColumn(schema, name)?.name ?? []) };
  } catch (error) {
    if (!(error instanceof FilterMismatch)) throw error;
    return { problem: error.message };
  }
}
