import type { Cell, Side } from '@dualwrite/events';
import { roundDecimal } from '@dualwrite/schemas';
import type { ResolvedColumn } from './resolved-map';
import { sameCell } from './same-cell';

/**
 * May the side show `seen` after it was sent `sent`, nothing else having happened? Servers trim, cut digits and drop
 * fractions of a second. To be asked of the answer to a write of ours only: anywhere else it would take a person's
 * edit (123.4568 to 123.46) for the server's rounding.
 */
export function admitsCell(side: Side, column: ResolvedColumn, sent: Cell, seen: Cell): boolean {
  if (sameCell(side, column, sent, seen)) return true;
  switch (column.type) {
    case 'string':
      return normalText(sent) === normalText(seen);
    case 'decimal':
    case 'double':
      return (
        sent !== null &&
        seen !== null &&
        (isRounded(String(sent), String(seen)) || (column.type === 'double' && Number(sent) === Number(seen)))
      );
    case 'datetime':
      return sent !== null && seen !== null && isCutMoment(String(sent), String(seen));
    default:
      return false;
  }
}

function normalText(cell: Cell): string {
  return cell === null ? '' : String(cell).replace(/\r\n?/g, '\n').trim().toLowerCase();
}

function isRounded(sent: string, seen: string): boolean {
  const digits = seen.split('.')[1]?.length ?? 0;
  return roundDecimal(sent, digits) === seen || sent.startsWith(digits > 0 ? seen : `${seen}.`);
}

/** Whole seconds, or the day alone: F&O's metadata does not always tell a day from a moment. */
function isCutMoment(sent: string, seen: string): boolean {
  if (sent.slice(0, 19) === seen.slice(0, 19)) return true;
  return sent.slice(0, 10) === seen.slice(0, 10) && /T(00|12):00:00Z$/.test(seen);
}
