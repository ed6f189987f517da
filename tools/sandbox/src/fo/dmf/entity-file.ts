import { cellOf } from '../../edm/column';
import type { FoField, FoTable } from '../../edm/fo-table';
import { ExactNumber, type Json, type JsonObject } from '../../json/exact-json';
import type { Row } from '../../store/row';
import { parseCsv, writeCsv } from './csv';

/** The columns of the head line and the rows behind it. */
export function entityFile(table: FoTable, rows: Iterable<Row>): string {
  return writeCsv(lines(table, rows));
}

function* lines(table: FoTable, rows: Iterable<Row>): Iterable<string[]> {
  yield table.columns.map(({ name }) => name.toUpperCase());
  for (const row of rows) yield table.columns.map((field) => cellText(row, field));
}

function cellText(row: Row, field: FoField): string {
  const cell = String(cellOf(row, field) ?? '');
  if (field.kind === 'date') return `${cell} 00:00:00`;
  return field.kind === 'datetime' ? cell.replace('T', ' ').replace('Z', '') : cell;
}

export interface FileRow {
  readonly fields: JsonObject;
  /** The line as it was read, for the file of those that were refused. */
  readonly line: readonly string[];
  readonly problem?: string;
}

export interface ReadFile {
  readonly head: readonly string[];
  readonly rows: readonly FileRow[];
}

/** Names match without case. A column that the entity does not have makes every row wrong. */
export function readEntityFile(table: FoTable, content: string): ReadFile {
  const [head = [], ...lineList] = parseCsv(content);
  const byUpper = new Map(table.columns.map((field) => [field.name.toUpperCase(), field]));
  const fields = head.map((name) => byUpper.get(name.trim().toUpperCase()));
  const unknown = head.filter((_, index) => fields[index] === undefined);
  const rows = lineList.map((line): FileRow => {
    if (unknown.length > 0)
      return { fields: {}, line, problem: `The entity ${table.label} has no field ${unknown.join(', ')}.` };
    if (line.length !== head.length)
      return { fields: {}, line, problem: `The line has ${line.length} fields, the head ${head.length}.` };
    const members = line.map((text, index): [string, Json] => {
      const field = fields[index] as FoField;
      return [field.name, jsonOf(field, text)];
    });
    return { fields: Object.fromEntries(members), line };
  });
  return { head, rows };
}

/** The text of a file as the value that OData would take. */
function jsonOf(field: FoField, text: string): Json {
  const plain = text.trim();
  switch (field.kind) {
    case 'int32':
    case 'int64':
    case 'decimal':
    case 'double':
      return plain === '' ? null : new ExactNumber(plain);
    case 'date':
      return plain === '' ? null : plain.slice(0, 10);
    case 'datetime':
      return plain === '' ? null : plain.replace(' ', 'T');
    case 'enum':
    case 'guid':
      return plain === '' ? null : plain;
    default:
      return text;
  }
}
