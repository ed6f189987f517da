import { plainDecimal, roundDecimal } from '../json/decimal';
import { ExactNumber, type Json } from '../json/exact-json';
import type { Cell } from '../store/row';
import type { Kind } from './column';

const GUID = /^\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?$/i;
const DATE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/;
const INT32 = 2 ** 31;

/** The value does not fit the type of its column. */
export class WrongType extends Error {}

export function guid(text: string): string | undefined {
  return GUID.exec(text)?.[1]?.toLowerCase();
}

/** A JSON value as the cell of its kind. Lengths, ranges and options are the caller's business. */
export function cellOfJson(kind: Kind, value: Exclude<Json, null>): Cell {
  switch (kind) {
    case 'string':
    case 'enum':
      if (typeof value === 'string') return value;
      break;
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'int32': {
      const number =
        typeof value === 'number' ? value : value instanceof ExactNumber ? Number(value.text) : NaN;
      if (Number.isInteger(number) && number >= -INT32 && number < INT32) return number;
      break;
    }
    case 'int64':
    case 'decimal':
    case 'double': {
      const text = numberText(value);
      const plain = text === undefined ? undefined : plainDecimal(text);
      if (plain !== undefined && (kind !== 'int64' || isInt64(plain))) return plain;
      break;
    }
    default:
      if (typeof value === 'string') {
        const cell = cellOfText(kind, value);
        if (cell !== undefined) return cell;
      }
  }
  throw new WrongType();
}

/** The text of an OData literal (or of a date, id or number inside JSON) as the cell of its kind. */
export function cellOfText(kind: Kind, text: string): Cell | undefined {
  switch (kind) {
    case 'guid':
      return guid(text);
    case 'date':
      return DATE.exec(text)?.[1];
    case 'datetime':
      return dateTime(text);
    case 'int32':
      return /^[+-]?\d+$/.test(text) ? Number(text) : undefined;
    case 'int64':
    case 'decimal':
    case 'double':
      return plainDecimal(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    default:
      return text;
  }
}

/** UTC and whole seconds: finer input is cut off. */
function dateTime(text: string): string | undefined {
  if (!DATE_TIME.test(text)) return undefined;
  if (text.length === 20 && text.endsWith('Z')) return text;
  const zoned =
    text.length <= 10 ? `${text}T00:00:00Z` : /(?:Z|[+-]\d{2}:\d{2})$/.test(text) ? text : `${text}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? undefined : `${new Date(time).toISOString().slice(0, 19)}Z`;
}

function numberText(value: Json): string | undefined {
  if (typeof value === 'number') return String(value);
  if (value instanceof ExactNumber) return value.text;
  return undefined;
}

function isInt64(plain: string): boolean {
  if (!/^-?\d{1,19}$/.test(plain)) return false;
  return plain.length < 19 || BigInt.asIntN(64, BigInt(plain)) === BigInt(plain);
}

export function rounded(plain: string, digits: number): string {
  return roundDecimal(plain, digits);
}
