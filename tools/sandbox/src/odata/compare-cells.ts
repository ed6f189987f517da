import type { Column } from '../edm/column';
import { compareDecimal } from '../json/decimal';
import type { Cell } from '../store/row';

/** Order of two cells of a column; empty first. Text compares without case, as the databases behind both do. */
export function compareCells(column: Column, left: Cell | null, right: Cell | null): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? -1 : 1;
  switch (column.kind) {
    case 'int32':
      return (left as number) - (right as number);
    case 'int64':
    case 'decimal':
    case 'double':
      return compareDecimal(left as string, right as string);
    case 'boolean':
      return Number(left) - Number(right);
    case 'string':
    case 'enum': {
      const a = (left as string).toLowerCase();
      const b = (right as string).toLowerCase();
      return a < b ? -1 : a > b ? 1 : 0;
    }
    default:
      return left < right ? -1 : left > right ? 1 : 0;
  }
}
