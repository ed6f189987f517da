import { cellOfText } from '../edm/cell-parsing';
import { cellOf, type Column, type Table } from '../edm/column';
import type { Cell, Row } from '../store/row';
import { compareCells } from './compare-cells';
import { calculatedTest } from './calculated';
import { BadQuery } from './exchange';
import { parseFilter, type Comparison, type Expression } from './filter-syntax';
import type { Literal } from './literal';

export type Predicate = (row: Row) => boolean;

/** How one side reads a filter. */
export interface FilterRules<T extends Table> {
  /** The column that a path names, and how to reach its row; undefined = no such property. */
  resolve(table: T, path: string): Resolved | undefined;
  /** `*` inside an `eq` text matches anything (F&O). */
  readonly hasStarWildcard: boolean;
  readonly hasTextFunctions: boolean;
  /** add, sub, mul, div, divby, mod (F&O). */
  readonly hasArithmetic?: boolean;
  /** Checks a literal against an enum column (F&O); undefined = refuse. */
  symbol?(column: Column, literal: Literal): Cell | undefined;
  unknownProperty(table: T, path: string): string;
  /** The side's own functions; undefined = not known. */
  queryFunction?(column: Column, name: string, values: readonly Literal[]): CellTest | undefined;
  /** The rows behind a collection-valued navigation property, for `any` and `all`. */
  collection?(table: T, path: string): RelatedRows<T> | undefined;
}

export interface RelatedRows<T extends Table> {
  readonly table: T;
  of(row: Row): readonly Row[];
}

export interface Resolved {
  readonly column: Column;
  /** The row that holds the column: the row itself, or the one its lookup points to. */
  readonly reach?: (row: Row) => Row | undefined;
}

export interface Filter {
  readonly matches: Predicate;
  readonly expression: Expression;
}

export function compileFilter<T extends Table>(text: string, table: T, rules: FilterRules<T>): Filter {
  const expression = parseFilter(text);
  return { expression, matches: compile(expression, table, rules) };
}

function compile<T extends Table>(expression: Expression, table: T, rules: FilterRules<T>): Predicate {
  switch (expression.kind) {
    case 'lambda':
      return lambda(expression, table, rules);
    case 'and': {
      const left = compile(expression.left, table, rules);
      const right = compile(expression.right, table, rules);
      return (row) => left(row) && right(row);
    }
    case 'or': {
      const left = compile(expression.left, table, rules);
      const right = compile(expression.right, table, rules);
      return (row) => left(row) || right(row);
    }
    case 'not': {
      const inner = compile(expression.inner, table, rules);
      return (row) => !inner(row);
    }
    case 'compare': {
      const { column, reach } = resolve(expression.path, table, rules);
      const test = comparison(column, expression.operator, expression.literal, rules);
      return (row) => test(reached(row, column, reach));
    }
    case 'calculated':
      return calculatedTest(expression, (path) => resolve(path, table, rules), rules.hasArithmetic === true);
    case 'call': {
      if (!rules.hasTextFunctions)
        throw new BadQuery(`An unknown function with name '${expression.name}' was found.`);
      const { column, reach } = resolve(expression.path, table, rules);
      const test = call(column, expression.name, expression.values, rules);
      return (row) => test(reached(row, column, reach));
    }
  }
}

function lambda<T extends Table>(
  { path, quantifier, inner }: Extract<Expression, { kind: 'lambda' }>,
  table: T,
  rules: FilterRules<T>,
): Predicate {
  const related = rules.collection?.(table, path);
  if (!related) throw new BadQuery(rules.unknownProperty(table, path));
  const test = inner ? compile(inner, related.table, rules) : () => true;
  return quantifier === 'any' ? (row) => related.of(row).some(test) : (row) => related.of(row).every(test);
}

const ACCEPTS: Record<Comparison, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

function resolve<T extends Table>(path: string, table: T, rules: FilterRules<T>): Resolved {
  const found = rules.resolve(table, path);
  if (!found) throw new BadQuery(rules.unknownProperty(table, path));
  return found;
}

function reached(row: Row, column: Column, reach: Resolved['reach']): Cell | null {
  if (!reach) return cellOf(row, column);
  const target = reach(row);
  return target ? cellOf(target, column) : null;
}

export type CellTest = (cell: Cell | null) => boolean;

function comparison<T extends Table>(
  column: Column,
  operator: Comparison,
  literal: Literal,
  rules: FilterRules<T>,
): CellTest {
  if (rules.hasStarWildcard && literal.kind === 'string' && operator === 'eq' && literal.text.includes('*')) {
    const pattern = wildcard(literal.text, '*');
    return (cell) => cell !== null && pattern.test(String(cell));
  }
  const wanted = literalCell(column, literal, rules);
  if (operator === 'eq') return equalTo(column, wanted);
  if (operator === 'ne') {
    const equal = equalTo(column, wanted);
    return (cell) => !equal(cell);
  }
  if (column.kind === 'enum')
    throw new BadQuery(`Enums are compared by eq and ne only: '${column.property}'.`);
  if (wanted === null) return () => false;
  const accepts = ACCEPTS[operator];
  return (cell) => cell !== null && accepts(compareCells(column, cell, wanted));
}

export function equalTo(column: Column, wanted: Cell | null): CellTest {
  if (wanted === null || column.kind === 'guid' || column.kind === 'boolean' || column.kind === 'int32')
    return (cell) => cell === wanted;
  return (cell) => cell !== null && compareCells(column, cell, wanted) === 0;
}

export function literalCell<T extends Table>(
  column: Column,
  literal: Literal,
  rules: FilterRules<T>,
): Cell | null {
  if (literal.kind === 'word' && literal.text === 'null') return null;
  const own = rules.symbol?.(column, literal);
  const cell =
    column.kind === 'enum'
      ? own
      : literalFits(column, literal)
        ? cellOfText(column.kind, literal.text)
        : undefined;
  if (cell === undefined)
    throw new BadQuery(
      `A binary operator with incompatible types was detected. Found operand types '${column.edmType}' and '${EDM_OF[literal.kind]}' for operator kind 'Equal'.`,
    );
  return cell;
}

const EDM_OF: Record<Literal['kind'], string> = {
  string: 'Edm.String',
  number: 'Edm.Int32',
  guid: 'Edm.Guid',
  date: 'Edm.DateTimeOffset',
  word: 'Edm.Boolean',
  enum: 'Enum',
};

function literalFits(column: Column, literal: Literal): boolean {
  switch (column.kind) {
    case 'string':
      return literal.kind === 'string';
    case 'guid':
      return literal.kind === 'guid' || literal.kind === 'string';
    case 'boolean':
      return literal.kind === 'word';
    case 'date':
    case 'datetime':
      return literal.kind === 'date';
    case 'enum':
      return literal.kind === 'enum';
    default:
      return literal.kind === 'number';
  }
}

function call<T extends Table>(
  column: Column,
  name: string,
  values: Literal[],
  rules: FilterRules<T>,
): CellTest {
  if (name.includes('.')) {
    const test = rules.queryFunction?.(column, name, values);
    if (!test) throw new BadQuery(`An unknown function with name '${name}' was found.`);
    return test;
  }
  const text = values[0]?.text ?? '';
  if (/^[%_[]/.test(text))
    throw new BadQuery(`The wildcard '${text.charAt(0)}' is not allowed at the start of a value.`);
  const pattern = wildcard(
    name === 'contains' ? `%${text}%` : name === 'startswith' ? `${text}%` : `%${text}`,
    '%',
  );
  return (cell) => typeof cell === 'string' && pattern.test(cell);
}

/** SQL LIKE (`%`, `_`, `[a-f]`, `[^x]`) or F&O's star, as a pattern over the whole text, without case. */
function wildcard(text: string, any: '*' | '%'): RegExp {
  const parts = any === '*' ? /\*+/g : /%+|_|\[\^?[^\]]+\]/g;
  let pattern = '';
  let at = 0;
  for (const found of text.matchAll(parts)) {
    pattern += literalPattern(text.slice(at, found.index)) + wildcardPattern(found[0]);
    at = found.index + found[0].length;
  }
  try {
    return new RegExp(`^${pattern}${literalPattern(text.slice(at))}$`, 'is');
  } catch (error) {
    throw new BadQuery(`The pattern '${text}' makes no sense: ${(error as Error).message}`);
  }
}

const literalPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

function wildcardPattern(part: string): string {
  if (/^[*%]/.test(part)) return '.*';
  if (part === '_') return '.';
  const isNegated = part[1] === '^';
  const set = part.slice(isNegated ? 2 : 1, -1).replace(/[\\^\]]/g, '\\$&');
  return `[${isNegated ? '^' : ''}${set}]`;
}
