import type { Cell, Cells } from '@dualwrite/events';
import { UnreadableValue } from './canonical';
import { canonicalDate, canonicalDatetime } from './date-text';
import { canonicalDecimal } from './decimal-text';
import { filterLiteral } from './filter-literal';
import type { Column, TableSchema } from './table-schema';

/**
 * How a side itself names a row: the GUID in Dataverse; in F&O the entity key, values joined by `|` in the order of
 * the metadata (`usmf|US-001`), the company in lower case. `|` and `\` in a value are escaped by `\`.
 *
 * @returns null where the company or every other key column is missing
 */
export function nativeIdOf(schema: TableSchema, cells: Cells): string | null {
  const parts = schema.key.map((name) => keyText(schema, name, cells[name] ?? null));
  if (schema.side === 'dataverse') return parts.length === 1 && parts[0] ? parts[0].toLowerCase() : null;
  if (schema.companyColumn !== null && (cells[schema.companyColumn] ?? null) === null) return null;
  const own = schema.key.filter((name) => name !== schema.companyColumn);
  if (own.length > 0 && own.every((name) => (cells[name] ?? null) === null)) return null;
  return parts.map((part) => part.replace(/[\\|]/g, String.raw`\$&`)).join('|');
}

/**
 * Key cells of a native id.
 *
 * @throws {UnreadableValue} another number of parts than the table's key has
 */
export function parseNativeId(schema: TableSchema, nativeId: string): Cells {
  const parts = schema.side === 'dataverse' ? [nativeId] : splitEscaped(nativeId);
  if (parts.length !== schema.key.length) {
    throw new UnreadableValue(
      `${schema.table} is known by ${schema.key.join(', ')}; the id ${nativeId} has ${parts.length} parts`,
    );
  }
  return Object.fromEntries(
    schema.key.map((name, index) => [name, keyCell(columnOf(schema, name), parts[index] ?? '')]),
  );
}

/** Address of a row behind its entity set: `(dataAreaId='usmf',CustomerAccount='US-001')`, `(GUID)`; percent-encoded. */
export function keyPredicate(schema: TableSchema, nativeId: string): string {
  const cells = parseNativeId(schema, nativeId);
  if (schema.side === 'dataverse') return `(${nativeId})`;
  const parts = schema.key.map((name) => {
    const literal = filterLiteral('fo', columnOf(schema, name), cells[name] ?? null);
    return `${name}=${encodeLiteral(literal)}`;
  });
  return `(${parts.join(',')})`;
}

/** Company of an F&O row in lower case; null for a shared table, and for Dataverse, where the company is a lookup. */
export function companyOf(schema: TableSchema, cells: Cells): string | null {
  const company = schema.companyColumn === null ? null : (cells[schema.companyColumn] ?? null);
  return company === null ? null : String(company).toLowerCase();
}

/** Quotes stay readable; a lone surrogate, which no URL can carry, becomes U+FFFD. */
export function encodeLiteral(literal: string): string {
  return encodeURIComponent(
    literal.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD'),
  );
}

function keyText(schema: TableSchema, name: string, cell: Cell): string {
  const text = cell === null ? '' : String(cell);
  return name === schema.companyColumn ? text.toLowerCase() : text;
}

function keyCell(column: Column, text: string): Cell {
  if (text === '') return null;
  switch (column.type) {
    case 'int32':
      return Number(text);
    case 'boolean':
      return text === 'true';
    case 'decimal':
    case 'double':
    case 'int64':
      return canonicalDecimal(text) ?? text;
    case 'date':
      return canonicalDate(text) ?? text;
    case 'datetime':
      return canonicalDatetime(text) ?? text;
    default:
      return text;
  }
}

function columnOf(schema: TableSchema, name: string): Column {
  const column = schema.columns.get(name);
  if (column === undefined)
    throw new UnreadableValue(`${schema.table} has no column ${name}, which its key names`);
  return column;
}

function splitEscaped(text: string): string[] {
  const parts = [''];
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '|') parts.push('');
    else parts[parts.length - 1] += char === '\\' ? text.charAt((index += 1)) : char;
  }
  return parts;
}
