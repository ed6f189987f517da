import type { Cell, Side } from '@dualwrite/events';
import { foEmptyCell } from './convert-cell';
import type { ResolvedColumn } from './resolved-map';

/** Are two canonical cells of one side's column one value? Case counts in texts: a corrected capital is an edit. */
export function sameCell(side: Side, column: ResolvedColumn, left: Cell, right: Cell): boolean {
  return left === right || inForm(side, column, left) === inForm(side, column, right);
}

function inForm(side: Side, column: ResolvedColumn, cell: Cell): Cell {
  // F&O knows no null for numbers and enums: what was written as empty comes back as this.
  if (cell === null) return side === 'fo' ? foEmptyForm(column) : null;
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
