import { quote } from '../json/exact-json';
import { padDecimal } from '../json/decimal';
import type { Cell, Row } from '../store/row';
import type { TableShape } from '../store/table-shape';

export type Kind =
  'string' | 'int32' | 'int64' | 'decimal' | 'double' | 'boolean' | 'date' | 'datetime' | 'guid' | 'enum';

export interface Column {
  /** Name of the cell. */
  readonly name: string;
  /** Name of the OData property; differs for lookups. */
  readonly property: string;
  readonly kind: Kind;
  readonly edmType: string;
  /** What an absent cell compares as: null in Dataverse, "" or 0 or 1900-01-01 in F&O. */
  readonly empty: Cell | null;
  /** What an absent cell reads as, in JSON. */
  readonly emptyJson: string;
  /** Digits that are always shown after the point. */
  readonly scaleShown?: number;
  /** F&O shows a date as noon UTC. */
  readonly isNoonDate?: boolean;
  /** The row version, which is no cell. */
  readonly isVersion?: boolean;
}

export interface Table<C extends Column = Column> extends TableShape {
  readonly set: string;
  readonly columns: readonly C[];
  readonly byName: ReadonlyMap<string, C>;
  readonly byProperty: ReadonlyMap<string, C>;
}

export function cellOf(row: Row, column: Column): Cell | null {
  if (column.isVersion) return String(row.version);
  return row.cells[column.name] ?? column.empty;
}

export function cellJson(row: Row, column: Column): string {
  const cell = column.isVersion ? String(row.version) : row.cells[column.name];
  return cell === undefined ? column.emptyJson : writeCell(column, cell);
}

export function writeCell(column: Column, cell: Cell): string {
  switch (column.kind) {
    case 'int32':
    case 'boolean':
    case 'int64':
    case 'double':
      return String(cell);
    case 'decimal':
      return column.scaleShown === undefined ? String(cell) : padDecimal(String(cell), column.scaleShown);
    case 'date':
      return column.isNoonDate ? `"${cell}T12:00:00Z"` : `"${cell}"`;
    default:
      return quote(String(cell));
  }
}
