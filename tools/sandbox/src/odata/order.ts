import { cellOf } from '../edm/column';
import type { Row } from '../store/row';
import { compareCells } from './compare-cells';
import { BadQuery } from './exchange';
import type { Resolved } from './filter';

export interface OrderTerm extends Resolved {
  readonly path: string;
  readonly isDescending: boolean;
}

export function parseOrder(text: string, resolve: (path: string) => Resolved): OrderTerm[] {
  return text.split(',').map((term) => {
    const [path, direction, ...rest] = term.trim().split(/\s+/);
    if (!path || rest.length > 0 || (direction !== undefined && direction !== 'asc' && direction !== 'desc'))
      throw new BadQuery(`Syntax error in $orderby '${text}'.`);
    return { ...resolve(path), path, isDescending: direction === 'desc' };
  });
}

/** The key breaks ties, so that pages are stable. */
export function rowOrder(terms: readonly OrderTerm[]): (left: Row, right: Row) => number {
  return (left, right) => {
    for (const { column, reach, isDescending } of terms) {
      const a = reach ? reach(left) : left;
      const b = reach ? reach(right) : right;
      const order = compareCells(column, a ? cellOf(a, column) : null, b ? cellOf(b, column) : null);
      if (order !== 0) return isDescending ? -order : order;
    }
    return left.key < right.key ? -1 : left.key > right.key ? 1 : 0;
  };
}
