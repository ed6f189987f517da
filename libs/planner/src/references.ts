import type { Cell, Side } from '@dualwrite/events';

/** A row that somebody points at and that is not known yet. */
export interface Wanted {
  readonly side: Side;
  readonly table: string;
  /** Column that it is looked for by; the primary id when a GUID is not known. */
  readonly column: string;
  readonly value: string;
  /** Company code, where the table belongs to companies; null otherwise. */
  readonly company: string | null;
}

/**
 * The part of the reference index that one plan needs, read beforehand. Dataverse tables only: F&O refers by key.
 */
export interface References {
  /** Native id of the row of `table` whose `column` holds `value` in `company`; undefined: not known (yet). */
  idOf(table: string, column: string, value: Cell, company: string | null): string | undefined;
  /** Value of `column` in the row with this native id; undefined: not known (yet). */
  valueOf(table: string, column: string, nativeId: string): Cell | undefined;
}
