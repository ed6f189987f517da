import type { Cell, Side } from '@dualwrite/events';
import { isLosslessNumber, LosslessNumber } from 'lossless-json';
import { canonicalDate, canonicalDatetime } from './date-text';
import { canonicalDecimal } from './decimal-text';
import type { Column } from './table-schema';

/**
 * Canonical form of each type, the same for both sides:
 * - decimal, double, int64: plain decimal text without exponent or trailing zeros (`1250`, `-3.25`)
 * - int32: a number; boolean: true or false; enum: the F&O symbol
 * - date: `YYYY-MM-DD`; datetime: `YYYY-MM-DDTHH:mm:ssZ`, a fraction only where it is not zero
 * - guid and lookup: lower case; a lookup that may point at several tables: `TABLE/GUID`; string and binary: as they are
 * - empty is null: F&O says "" and 1900-01-01, Dataverse says null
 */

/** A side sent what the column's type does not allow: its metadata and its data do not go together. */
export class UnreadableValue extends Error {
  readonly code = 'unreadable-value';
}

const FO_EMPTY_DAY = '1900-01-01';
const FO_EMPTY_GUID = '00000000-0000-0000-0000-000000000000';
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INT32_MAX = 2_147_483_647;

/**
 * Canonical value of a member of a side's JSON; numbers come as LosslessNumber, as text or as JavaScript numbers.
 *
 * @throws {UnreadableValue} not a value of the column's type
 */
export function fromWire(column: Column, side: Side, json: unknown): Cell {
  if (json === null || json === undefined || json === '') return null;
  switch (column.type) {
    case 'string':
    case 'binary':
    case 'enum':
      return textOf(column, json);
    case 'boolean':
      return typeof json === 'boolean' ? json : refuse(column, json);
    case 'int32':
      return int32Of(column, json);
    case 'int64': {
      const text = decimalOf(column, json);
      return text.includes('.') ? refuse(column, json) : text;
    }
    case 'decimal':
    case 'double':
      return decimalOf(column, json);
    case 'date': {
      const day = canonicalDate(textOf(column, json)) ?? refuse(column, json);
      return side === 'fo' && day === FO_EMPTY_DAY ? null : day;
    }
    case 'datetime': {
      const moment = canonicalDatetime(textOf(column, json)) ?? refuse(column, json);
      // F&O's metadata does not always tell a date from a date-time: noon of the empty day is empty as well.
      return side === 'fo' && /^1900-01-01T(00|12):00:00Z$/.test(moment) ? null : moment;
    }
    case 'guid':
    case 'lookup': {
      const guid = textOf(column, json).toLowerCase();
      if (!GUID.test(guid)) return refuse(column, json);
      return side === 'fo' && guid === FO_EMPTY_GUID ? null : guid;
    }
  }
}

/** JSON form of a canonical value; numbers beyond 32 bits as LosslessNumber, so that lossless-json writes every digit. */
export function toWire(column: Column, side: Side, cell: Cell): unknown {
  if (cell === null) return side === 'fo' ? foEmptyOf(column) : null;
  switch (column.type) {
    case 'decimal':
    case 'double':
    case 'int64':
      return new LosslessNumber(String(cell));
    case 'date':
      return side === 'fo' ? `${String(cell)}T12:00:00Z` : cell;
    default:
      return cell;
  }
}

/** F&O has no null for these types; an untouched column shows this. */
export function foEmptyOf(column: Pick<Column, 'type' | 'symbols'>): unknown {
  switch (column.type) {
    case 'string':
    case 'binary':
      return '';
    case 'date':
      return `${FO_EMPTY_DAY}T12:00:00Z`;
    case 'datetime':
      return `${FO_EMPTY_DAY}T00:00:00Z`;
    case 'guid':
    case 'lookup':
      return FO_EMPTY_GUID;
    case 'decimal':
    case 'double':
    case 'int64':
    case 'int32':
      return 0;
    case 'enum':
      return column.symbols?.[0] ?? null;
    case 'boolean':
      return false;
  }
}

function textOf(column: Column, json: unknown): string {
  if (typeof json === 'string') return json;
  if (column.type !== 'string' && column.type !== 'enum') return refuse(column, json);
  if (isLosslessNumber(json)) return json.value;
  return typeof json === 'number' || typeof json === 'boolean' ? String(json) : refuse(column, json);
}

function decimalOf(column: Column, json: unknown): string {
  const text = isLosslessNumber(json)
    ? json.value
    : typeof json === 'string' || typeof json === 'number' || typeof json === 'bigint'
      ? String(json)
      : refuse(column, json);
  return canonicalDecimal(text) ?? refuse(column, json);
}

function int32Of(column: Column, json: unknown): number {
  const value = Number(decimalOf(column, json));
  return Number.isInteger(value) && value <= INT32_MAX && value >= -INT32_MAX - 1
    ? value
    : refuse(column, json);
}

function refuse(column: Column, json: unknown): never {
  const kind = isLosslessNumber(json)
    ? 'a number out of form or range'
    : Array.isArray(json)
      ? 'an array'
      : `a ${typeof json}`;
  throw new UnreadableValue(`column ${column.name} is of type ${column.type} and cannot hold ${kind}`);
}
