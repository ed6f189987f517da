import type { Cell, Cells } from '@dualwrite/events';
import { compareDecimals } from '@dualwrite/schemas';
import { cellOf } from './cell-of';
import type { CompareOperator, Filter, FilterLiteral } from './filter';
import type { ResolvedColumn } from './resolved-map';

export type RowTest = (cells: Cells) => boolean;

/** A filter names a column that is not there, or compares it with something that is not of its type. */
export class FilterMismatch extends Error {
  constructor(
    readonly code: 'filter-column' | 'filter-value',
    message: string,
  ) {
    super(message);
  }
}

/**
 * Binds a filter to the columns it names. Text is compared without case and without trailing blanks, as both sides'
 * databases do; numbers exactly. An empty cell equals only the empty value, and is neither less nor more.
 *
 * @throws {FilterMismatch}
 */
export function compileFilter(
  filter: Filter | null,
  column: (name: string) => ResolvedColumn | undefined,
): RowTest {
  if (filter === null) return () => true;
  switch (filter.kind) {
    case 'and': {
      const tests = filter.parts.map((part) => compileFilter(part, column));
      return (cells) => tests.every((test) => test(cells));
    }
    case 'or': {
      const tests = filter.parts.map((part) => compileFilter(part, column));
      return (cells) => tests.some((test) => test(cells));
    }
    case 'not': {
      const test = compileFilter(filter.part, column);
      return (cells) => !test(cells);
    }
    case 'compare':
      return compileComparison(filter.column, filter.operator, filter.literal, column(filter.column));
  }
}

function compileComparison(
  name: string,
  operator: CompareOperator,
  literal: FilterLiteral,
  column: ResolvedColumn | undefined,
): RowTest {
  if (column === undefined) throw new FilterMismatch('filter-column', `there is no column ${name}`);
  const wanted = literal.kind === 'null' ? null : cellOf(column, literal.text);
  if (wanted === undefined) {
    throw new FilterMismatch(
      'filter-value',
      `${literal.text} is no value of ${column.name}, which is of type ${column.type}`,
    );
  }
  return (cells) => holds(operator, column, cells[column.name] ?? null, wanted);
}

function holds(operator: CompareOperator, column: ResolvedColumn, cell: Cell, wanted: Cell): boolean {
  if (cell === null || wanted === null) {
    const isSame = cell === wanted;
    return operator === 'eq' ? isSame : operator === 'ne' ? !isSame : false;
  }
  const order = compareCells(column, cell, wanted);
  switch (operator) {
    case 'eq':
      return order === 0;
    case 'ne':
      return order !== 0;
    case 'gt':
      return order > 0;
    case 'ge':
      return order >= 0;
    case 'lt':
      return order < 0;
    case 'le':
      return order <= 0;
  }
}

function compareCells(column: ResolvedColumn, left: Cell, right: Cell): number {
  switch (column.type) {
    case 'decimal':
    case 'double':
    case 'int64':
    case 'int32':
      return compareDecimals(String(left), String(right));
    case 'datetime':
      // Without its Z, a moment with a fraction sorts behind the one without.
      return compareTexts(String(left).slice(0, -1), String(right).slice(0, -1));
    case 'lookup':
      // A filter names the row alone; the cell of a lookup that may point at several tables has the table in front.
      return compareTexts(String(left).replace(/^.*\//, ''), String(right));
    default:
      return compareTexts(String(left).trimEnd().toLowerCase(), String(right).trimEnd().toLowerCase());
  }
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
