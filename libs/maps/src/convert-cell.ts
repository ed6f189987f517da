import type { Cell, Side } from '@dualwrite/events';
import type { Converted } from '@dualwrite/planner';
import { canonicalDate, canonicalDecimal, roundDecimal, type ColumnType } from '@dualwrite/schemas';
import { cellOf } from './cell-of';
import type { ResolvedColumn } from './resolved-map';

const NUMERIC: ReadonlySet<ColumnType> = new Set(['decimal', 'double', 'int32', 'int64']);
const DAYS: ReadonlySet<ColumnType> = new Set(['date', 'datetime']);
const FO_EMPTY_DAY = '1900-01-01';

/** Can values of one column become values of the other without a value map? */
export function typesFit(from: ColumnType, to: ColumnType): boolean {
  if (from === to) return from !== 'lookup';
  if (NUMERIC.has(from) && NUMERIC.has(to)) return true;
  if (DAYS.has(from) && DAYS.has(to)) return true;
  const scalar = (type: ColumnType): boolean => type !== 'lookup' && type !== 'binary';
  return (from === 'string' && scalar(to)) || (to === 'string' && scalar(from));
}

/** Brings a cell into the form of a column of the other side; too much precision is rounded, anything else refused. */
export function convertCell(
  to: Side,
  from: ResolvedColumn,
  target: ResolvedColumn,
  cell: Cell,
  onOverflow: 'refuse' | 'truncate',
): Converted {
  if (cell === null) return { kind: 'value', value: to === 'fo' ? foEmptyCell(target) : null };
  const inForm = DAYS.has(from.type) && DAYS.has(target.type) ? dayOrMoment(target, String(cell)) : cell;
  return intoColumn(to, target, inForm, onOverflow);
}

/** A value map's or a default's value needs no change of type, but must fit the column like any other. */
export function intoColumn(
  to: Side,
  target: ResolvedColumn,
  cell: Cell,
  onOverflow: 'refuse' | 'truncate',
): Converted {
  if (cell === null) return { kind: 'value', value: to === 'fo' ? foEmptyCell(target) : null };
  switch (target.type) {
    case 'string':
      return fitText(target, String(cell), onOverflow);
    case 'decimal':
    case 'double':
      return fitNumber(target, String(cell));
    default: {
      const value = cellOf(target, cell);
      if (value === undefined)
        return refused(
          'value-not-of-type',
          `${quote(cell)} is no value of ${target.name}, which is of type ${target.type}`,
        );
      return { kind: 'value', value: to === 'fo' && isFoEmptyDay(target, value) ? null : value };
    }
  }
}

/** What an untouched F&O column of this type shows, in canonical form: F&O has no null for numbers and enums. */
export function foEmptyCell(column: ResolvedColumn): Cell {
  switch (column.type) {
    case 'int32':
      return 0;
    case 'decimal':
    case 'double':
    case 'int64':
      return '0';
    case 'boolean':
      return false;
    case 'enum':
      return column.symbols?.[0] ?? null;
    default:
      return null;
  }
}

function fitText(target: ResolvedColumn, text: string, onOverflow: 'refuse' | 'truncate'): Converted {
  if (text === '') return { kind: 'value', value: null };
  const { maxLength } = target;
  if (maxLength === undefined || text.length <= maxLength) return { kind: 'value', value: text };
  if (onOverflow === 'truncate') {
    // Never cut through a surrogate pair: half a character is no text.
    const cut = text.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '');
    return { kind: 'value', value: cut };
  }
  return refused(
    'text-too-long',
    `${target.name} holds ${maxLength} characters, the value has ${text.length}`,
  );
}

function fitNumber(target: ResolvedColumn, text: string): Converted {
  const number = canonicalDecimal(text);
  if (number === undefined)
    return refused('value-not-of-type', `${quote(text)} is no number, which ${target.name} holds`);
  const rounded = target.scale === undefined ? number : roundDecimal(number, target.scale);
  // A double keeps 53 bits; what it will hold is known beforehand, so that its answer is no surprise.
  const value = target.type === 'double' ? canonicalDecimal(String(Number(rounded))) : rounded;
  return value === undefined
    ? refused('value-out-of-range', `${quote(text)} is too large for ${target.name}`)
    : { kind: 'value', value };
}

/** F&O keeps days as noon in UTC, so that no time zone shifts them. */
function dayOrMoment(target: ResolvedColumn, text: string): string {
  if (target.type === 'date') return canonicalDate(text) ?? text;
  return text.length === 10 ? `${text}T12:00:00Z` : text;
}

/** F&O means "empty" by this day, whoever writes it. */
function isFoEmptyDay(target: ResolvedColumn, value: Cell): boolean {
  return DAYS.has(target.type) && String(value).startsWith(FO_EMPTY_DAY);
}

function refused(code: string, text: string): Converted {
  return { kind: 'refused', code, text };
}

function quote(value: Cell): string {
  return JSON.stringify(String(value).slice(0, 100));
}
