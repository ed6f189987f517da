import type { Cell } from '@dualwrite/events';
import { canonicalDate, canonicalDatetime, canonicalDecimal } from '@dualwrite/schemas';
import type { ResolvedColumn } from './resolved-map';
import type { MapValue } from './table-map';

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INT32_MAX = 2_147_483_647n;

/** Canonical cell of a value written by people: in a map file, a filter, or a text column. Undefined: not of that type. */
export function cellOf(column: ResolvedColumn, value: MapValue): Cell | undefined {
  if (value === null || value === '') return null;
  const text = String(value);
  switch (column.type) {
    case 'string':
    case 'binary':
      return text;
    case 'enum':
      return symbolOf(column, text);
    case 'boolean':
      return /^(true|yes|1)$/i.test(text) ? true : /^(false|no|0)$/i.test(text) ? false : undefined;
    case 'int32':
      return int32Of(text);
    case 'int64': {
      const number = canonicalDecimal(text);
      return number === undefined || number.includes('.') ? undefined : number;
    }
    case 'decimal':
    case 'double':
      return canonicalDecimal(text);
    case 'date':
      return canonicalDate(text);
    case 'datetime':
      return canonicalDatetime(text) ?? (canonicalDate(text) === undefined ? undefined : `${text}T00:00:00Z`);
    case 'guid':
    case 'lookup':
      return GUID.test(text.toLowerCase()) ? text.toLowerCase() : undefined;
  }
}

/** The enum's own spelling of a symbol written in any case, or of its place in the list. */
export function symbolOf(column: ResolvedColumn, text: string): string | undefined {
  if (column.symbols === undefined || column.symbols.length === 0) return text;
  const wanted = text.toLowerCase();
  return (
    column.symbols.find((symbol) => symbol.toLowerCase() === wanted) ??
    (/^\d{1,6}$/.test(text) ? column.symbols[Number(text)] : undefined)
  );
}

function int32Of(text: string): number | undefined {
  const number = canonicalDecimal(text);
  if (number === undefined || number.includes('.') || number.length > 11) return undefined;
  const exact = BigInt(number);
  return exact <= INT32_MAX && exact >= -INT32_MAX - 1n ? Number(exact) : undefined;
}
