import { cellOf, type Kind } from '../edm/column';
import { compareDecimal, decimalOf, divideDecimal, sameScale } from '../json/decimal';
import type { Row } from '../store/row';
import { BadQuery } from './exchange';
import type { Predicate, Resolved } from './filter';
import type { Comparison, Expression } from './filter-syntax';
import type { Arithmetic, Operand } from './operand';

type Calculated = Extract<Expression, { kind: 'calculated' }>;
/** A number as plain decimal text, any other value as it compares; null = empty. */
type Value = string | null;

/** Digits that a division keeps; the others are exact. */
const QUOTIENT_DIGITS = 16;
const NUMBERS: ReadonlySet<Kind> = new Set(['int32', 'int64', 'decimal', 'double']);
const ACCEPTED: Record<Comparison, (order: number) => boolean> = {
  eq: (order) => order === 0,
  ne: (order) => order !== 0,
  gt: (order) => order > 0,
  ge: (order) => order >= 0,
  lt: (order) => order < 0,
  le: (order) => order <= 0,
};

/** Compares properties with each other, and results of arithmetic; numbers stay exact. */
export function calculatedTest(
  { operator, left, right }: Calculated,
  resolve: (path: string) => Resolved,
  hasArithmetic: boolean,
): Predicate {
  if (!hasArithmetic && (left.kind === 'arithmetic' || right.kind === 'arithmetic'))
    throw new BadQuery('Arithmetic operators are not supported.');
  const a = compile(left, resolve);
  const b = compile(right, resolve);
  if (a.isNumber !== b.isNumber) throw incompatible();
  const accepts = ACCEPTED[operator];
  return (row) => {
    const [one, other] = [a.of(row), b.of(row)];
    if (one === null || other === null)
      return operator === 'ne' ? one !== other : one === other && accepts(0);
    return accepts(a.isNumber ? compareDecimal(one, other) : one < other ? -1 : one > other ? 1 : 0);
  };
}

interface Compiled {
  readonly isNumber: boolean;
  of(row: Row): Value;
}

function compile(operand: Operand, resolve: (path: string) => Resolved): Compiled {
  switch (operand.kind) {
    case 'literal': {
      const { kind, text } = operand.literal;
      if (kind === 'word' && text === 'null') return { isNumber: false, of: () => null };
      return { isNumber: kind === 'number', of: () => (kind === 'string' ? text.toLowerCase() : text) };
    }
    case 'path': {
      const { column, reach } = resolve(operand.path);
      return {
        isNumber: NUMBERS.has(column.kind),
        of: (row) => {
          const target = reach ? reach(row) : row;
          const cell = target ? cellOf(target, column) : null;
          return cell === null ? null : String(cell).toLowerCase();
        },
      };
    }
    case 'arithmetic': {
      const left = compile(operand.left, resolve);
      const right = compile(operand.right, resolve);
      if (!left.isNumber || !right.isNumber) throw incompatible();
      return {
        isNumber: true,
        of: (row) => {
          const [a, b] = [left.of(row), right.of(row)];
          return a === null || b === null ? null : calculate(operand.operator, a, b);
        },
      };
    }
  }
}

/** Null where there is no result: a division by zero fits no row. */
function calculate(operator: Arithmetic, a: string, b: string): Value {
  const { left, right, scale } = sameScale(a, b);
  switch (operator) {
    case 'add':
      return decimalOf(left + right, scale);
    case 'sub':
      return decimalOf(left - right, scale);
    case 'mul':
      return decimalOf(left * right, 2 * scale);
    case 'mod':
      return right === 0n ? null : decimalOf(left % right, scale);
    case 'divby':
      return right === 0n ? null : divideDecimal(a, b, QUOTIENT_DIGITS);
    case 'div':
      // Whole numbers divide to a whole number.
      if (right === 0n) return null;
      return scale === 0 ? String(left / right) : divideDecimal(a, b, QUOTIENT_DIGITS);
  }
}

function incompatible(): BadQuery {
  return new BadQuery('A binary operator with incompatible types was detected.');
}
