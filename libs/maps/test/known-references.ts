import type { Cell, Cells } from '@dualwrite/events';
import type { References } from '@dualwrite/planner';
import { keyText } from '../src/key-text';

export interface KnownRow {
  readonly table: string;
  readonly id: string;
  readonly cells: Cells;
  /** Company code in lower case; null: shared. */
  readonly company?: string;
}

/** A reference index over a few rows. */
export function knownReferences(rows: readonly KnownRow[]): References {
  const same = (left: Cell, right: Cell): boolean =>
    keyText(left) !== null && keyText(left) === keyText(right);
  return {
    idOf: (table, column, value, company) =>
      rows.find(
        (row) =>
          row.table === table &&
          same(row.cells[column] ?? null, value) &&
          (company === null || row.company === company),
      )?.id,
    valueOf: (table, column, nativeId) =>
      rows.find((row) => row.table === table && row.id === nativeId)?.cells[column],
  };
}
