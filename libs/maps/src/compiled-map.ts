import type { Cell, Cells, Side } from '@dualwrite/events';
import type { MapRules } from '@dualwrite/planner';
import type { CompiledField } from './compile-field';

/** One reference that planning a row may ask for. */
export type ReferenceNeed =
  /** `References.idOf`; values are compared as `keyText` has them, the company code in lower case. */
  | {
      readonly kind: 'id';
      readonly table: string;
      readonly column: string;
      readonly value: Cell;
      readonly company: string | null;
    }
  /** `References.valueOf`. */
  | { readonly kind: 'value'; readonly table: string; readonly column: string; readonly nativeId: string };

export interface MapLookup {
  /** Lookup column of the mapped Dataverse table. */
  readonly column: string;
  /** F&O column with the key; null for a constant. */
  readonly foColumn: string | null;
  readonly table: string;
  readonly primaryKey: string;
  readonly keyColumn: string;
  /** Lookup to cdm_company in the target table; null: its rows are shared. */
  readonly companyColumn: string | null;
  readonly companyScoped: boolean;
}

/** A map as functions; needs nothing but its resolved definition. */
export interface CompiledMap extends MapRules {
  readonly fields: readonly CompiledField[];
  /** Rows belong to companies. */
  readonly companyScoped: boolean;
  readonly companyColumn: Readonly<Record<Side, string | null>>;
  /** Column set of a side's table: key, company, fields, filter; sorted. */
  columns(side: Side): readonly string[];
  /** Columns that make the business key, the company's left out; of a lookup path, the lookup. */
  readonly keyColumns: Readonly<Record<Side, readonly string[]>>;
  readonly lookups: readonly MapLookup[];
  /** Tables whose references travel after the row, because they point back; sorted. */
  readonly follows: readonly string[];
  /** Dataverse tables whose rows should be there before this map's, its own left out. */
  readonly dependsOn: readonly string[];
  /** What `plan` may ask the references for, given this row: for its key, and for its way to the other side. */
  referencesNeeded(side: Side, cells: Cells): readonly ReferenceNeed[];
  /** Company code of a row in lower case; null where shared, empty, or not known yet. */
  companyOf(side: Side, cells: Cells, companyCode: (guid: string) => Cell | undefined): string | null;
}
