import type { Column, TableSchema } from '@dualwrite/schemas';
import { compileFilter, FilterMismatch } from './compile-filter';
import { filterColumns } from './filter';
import { findFilterColumn } from './find-in-schema';
import type { Findings, Path } from './finding';
import { parseFilter } from './parse-filter';

/** Columns that a row filter reads; it is compiled once, so that what is wrong with it shows when it is applied. */
export function resolveFilter(text: string, schema: TableSchema, path: Path, findings: Findings): Column[] {
  const parsed = parseFilter(schema.side === 'fo' ? 'fo' : 'odata', text);
  if ('problem' in parsed) {
    const { message, offset } = parsed.problem;
    findings.error('filter-syntax', path, `${message} (at character ${offset + 1} of ${text})`);
    return [];
  }
  try {
    compileFilter(parsed.filter, (name) => findFilterColumn(schema, name));
  } catch (error) {
    if (!(error instanceof FilterMismatch)) throw error;
    findings.error(error.code, path, error.message);
    return [];
  }
  const names = parsed.filter === null ? [] : filterColumns(parsed.filter);
  return names.flatMap((name) => findFilterColumn(schema, name) ?? []);
}
