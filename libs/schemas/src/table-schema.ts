import type { Side } from '@dualwrite/events';

/** Types as both sides' columns are reduced to; canonical forms are described in canonical.ts. */
export type ColumnType =
  | 'string'
  | 'decimal'
  | 'double'
  | 'int32'
  | 'int64'
  | 'boolean'
  | 'enum'
  | 'date'
  | 'datetime'
  | 'guid'
  | 'lookup'
  | 'binary';

export interface LookupTarget {
  /** Logical name of the table that the lookup points at. */
  readonly table: string;
  readonly entitySet: string;
  /** Name to write by (`NAME@odata.bind`); case-sensitive, often not the column's name. */
  readonly navigationProperty: string;
}

export interface Column {
  /** The side's spelling: F&O property name; Dataverse logical name (a lookup without `_` and `_value`). */
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Characters, for `string`; undefined: no limit known. */
  readonly maxLength?: number;
  /** Digits after the point, for `decimal`; undefined: not known. */
  readonly scale?: number;
  /** Symbols of an F&O enum; undefined where the metadata does not list them. */
  readonly symbols?: readonly string[];
  /** Qualified name of an F&O enum type, needed in `$filter`. */
  readonly enumType?: string;
  readonly targets?: readonly LookupTarget[];
}

/** One F&O data entity or Dataverse table, as the side shows it over OData. */
export interface TableSchema {
  readonly side: Side;
  /** F&O: the public collection (`CustomersV3`); Dataverse: the logical name (`account`). The name in topics. */
  readonly table: string;
  readonly entitySet: string;
  readonly entityType: string;
  /** Primary key columns in the order of the metadata. */
  readonly key: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
  /** F&O: `dataAreaId` where rows belong to a company; null for shared tables and for Dataverse. */
  readonly companyColumn: string | null;
  /** The side refuses a write that names an old version of a row (`If-Match`); false: class B; undefined: not known. */
  readonly isConditional?: boolean;
}
