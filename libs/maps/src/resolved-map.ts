import type { Column } from '@dualwrite/schemas';
import type { TableMap } from './table-map';

/** A column's facts that converting and comparing need. */
export type ResolvedColumn = Pick<Column, 'name' | 'type' | 'nullable' | 'maxLength' | 'scale' | 'symbols'>;

export type TableClass = 'A' | 'B';

export interface ResolvedTable {
  readonly table: string;
  /**
   * A: the side refuses a write to a row that has moved; B: it does not, so a row is looked at before and after, and an
   * edit in the moment between may be lost. Absent: A.
   */
  readonly class?: TableClass;
  /** Primary key columns in the order of the metadata; a native id follows it. */
  readonly key: readonly string[];
  /** The columns that the map names, by their own spelling. */
  readonly columns: Readonly<Record<string, ResolvedColumn>>;
}

/** A Dataverse table that a lookup points at. */
export interface ResolvedLookup {
  /** Lookup column of the mapped table. */
  readonly column: string;
  readonly table: string;
  readonly primaryKey: string;
  readonly keyColumn: ResolvedColumn;
  /** Lookup to cdm_company in the target table; null: its rows are shared by all companies. */
  readonly companyColumn: string | null;
  /** The lookup may point at several tables: its cells are `TABLE/GUID`. */
  readonly isPolymorphic?: true;
}

/** What the schemas said of the names in a map. Form 1; a reader refuses another one. */
export interface ResolvedFacts {
  readonly form: 1;
  readonly fo: ResolvedTable;
  readonly dataverse: ResolvedTable;
  /** By path, `COLUMN.KEY` or `COLUMN.TABLE(KEY)`; the company's is among them. */
  readonly lookups: Readonly<Record<string, ResolvedLookup>>;
}

/**
 * A map with the facts of both sides' schemas, names in the sides' own spelling. Plain JSON: it travels on `dw.maps`
 * as the definition, for the mapper reaches no side and has to plan by it alone.
 */
export interface ResolvedMap extends TableMap {
  readonly resolved: ResolvedFacts;
}

export const COMPANY_TABLE = 'cdm_company';
export const COMPANY_CODE_COLUMN = 'cdm_companycode';
