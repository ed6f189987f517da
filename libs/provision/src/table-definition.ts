import tables from './standard-tables.json';

/** Types of Dataverse columns that we can make. */
export const COLUMN_TYPES = [
  'string',
  'integer',
  'bigint',
  'decimal',
  'boolean',
  'date',
  'datetime',
  'picklist',
  'lookup',
] as const;
export type ColumnKind = (typeof COLUMN_TYPES)[number];

export interface ColumnDefinition {
  /** Logical name: lower case, with its publisher's prefix. */
  readonly name: string;
  readonly type: ColumnKind;
  /** Characters, of a string. */
  readonly maxLength?: number;
  /** Digits behind the point, of a decimal. */
  readonly scale?: number;
  readonly options?: readonly { readonly value: number; readonly label: string }[];
  /** Table that a lookup points at. */
  readonly target?: string;
  /** Name that a lookup is written by, also its schema name. */
  readonly navigation?: string;
}

export interface TableDefinition {
  readonly table: string;
  readonly entitySet: string;
  /** The table's name with its capitals, where it has any. */
  readonly schemaName?: string;
  /** It is in every environment; only columns are added. */
  readonly isStandard?: boolean;
  readonly displayName?: string;
  readonly primaryName?: string;
  readonly columns: readonly ColumnDefinition[];
}

/** What the standard maps need in Dataverse beyond the tables and columns that every environment has. */
export const STANDARD_TABLES: readonly TableDefinition[] = tables as readonly TableDefinition[];
