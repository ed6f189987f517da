import type { Cell, Side } from '@dualwrite/events';
import { foEmptyCell } from './convert-cell';
import type { ResolvedColumn } from './resolved-map';

/**
 * Are two canonical cells of one side's column one value? Case counts in texts: a corrected capital is an edit.
 * F&O knows no null for numbers and enums: what is written as empty comes back as 0 or the first symbol.
 *
 * @param emptyIs `default`: that is what was written; `null`: it is a value of F&O's own choice, which may travel back
 */
export function sameCell(
  side: Side,
  column: ResolvedColumn,
  left: Cell,
  right: Cell,
  emptyIs: 'default' | 'null' = 'default',
): boolean {
  if (left === right) return true;
  return inForm(side, column, left, emptyIs) === inForm(side, column, right, emptyIs);
}

function inForm(side: Side, column: ResolvedColumn, cell: Cell, emptyIs: 'default' | 'null'): Cell {
  if (cell === null) return side === 'fo' && emptyIs === 'default' ? foEmptyForm(column) : null;
  switch (column.type) {
    case 'string':
      return side === 'fo' ? String(cell).trimEnd() || null : cell; // F&O's database ignores trailing blanks
    case 'enum':
    case 'guid':
    case 'lookup':
      return String(cell).toLowerCase();
    default:
      return cell;
  }
}

function foEmptyForm(column: ResolvedColumn): Cell {
  const empty = foEmptyCell(column);
  return column.type === 'enum' && empty !== null ? String(empty).toLowerCase() : empty;
}
