import type { Cell, Cells } from '@dualwrite/events';
import { normalized, normalizedCompany, rowNeedKey } from './reference-query';

interface MadeRow {
  readonly table: string;
  readonly nativeId: string;
  readonly cells: Cells;
  /** Code; null: not told, or of no company. */
  readonly company: string | null;
}

/** Dataverse rows that the earlier parts of a document make: a line may point at its header before there is one. */
export class MadeRows {
  private readonly rows: MadeRow[] = [];

  add(row: MadeRow): void {
    this.rows.push(row);
  }

  idOf(table: string, column: string, value: Cell, company: string | null): string | undefined {
    const found = this.rows.find(
      (row) =>
        row.table === table &&
        row.cells[column] !== undefined &&
        normalized(row.cells[column]) === normalized(value) &&
        (company === null || normalizedCompany(row.company) === normalizedCompany(company)),
    );
    return found?.nativeId;
  }

  valueOf(table: string, column: string, nativeId: string): Cell | undefined {
    const key = rowNeedKey(table, nativeId);
    return this.rows.find((row) => rowNeedKey(row.table, row.nativeId) === key)?.cells[column];
  }
}
