/** The files under tools/sandbox/schemas, and the body of `PUT /_sandbox/schema`. */
export interface FoSchemaFile {
  name: string;
  publicCollection?: string;
  publicEntity?: string;
  label?: string;
  cdmEntity?: string | null;
  table?: { name?: string; label?: string };
  companySpecific: boolean | null;
  fields: FoFieldFile[];
  keys: { fields: string[] }[];
  relations?: {
    set?: string;
    fields?: Record<string, string>;
    label?: string;
    fieldLabel?: string;
    validate?: boolean;
  }[];
  navigations?: FoNavigationFile[];
  /** Ours: the key field that F&O numbers by itself when it is left out; `isManual: false` refuses a caller's own. */
  numberSequence?: { field: string; prefix?: string; digits?: number; first?: number; isManual?: boolean };
  /** Ours: how many tables the entity joins; the ETag has a pair for each. */
  dataSources?: number;
}

/** What `$expand` can follow: rows of `set` whose fields have the values of ours. */
export interface FoNavigationFile {
  name: string;
  set: string;
  fields: Record<string, string>;
  isCollection?: boolean;
}

export interface FoFieldFile {
  name: string;
  type: 'string' | 'real' | 'integer' | 'int64' | 'date' | 'datetime' | 'time' | 'enum' | 'guid';
  required?: boolean;
  enum?: string[];
  enumType?: string;
  label?: string;
  maxLength?: number;
  readOnly?: boolean;
  /** Ours: what defaultRow sets on a create that leaves the field out. */
  default?: string | number;
}

export interface DataverseSchemaFile {
  logicalName: string;
  entitySetName: string;
  primaryId: string;
  primaryName?: string | null;
  schemaName?: string;
  displayName?: string;
  columns: DataverseColumnFile[];
  alternateKeys?: DataverseKeyFile[];
  relationships?: {
    name?: string;
    /** `ManyToOne` (the default) by a lookup column, or `ManyToMany` by a table of pairs. */
    type?: string;
    column?: string;
    /** Of a ManyToMany: the table of pairs. */
    intersect?: string;
    target: string;
    navigationProperty?: string;
    targetNavigationProperty?: string;
  }[];
  changeTracking?: boolean;
  /** false: it can never be turned on. */
  canTrackChanges?: boolean;
  optimisticConcurrency?: boolean;
  tableType?: string;
  /** Columns whose values together make two rows duplicates; judged only when a request turns the detection on. */
  duplicateRules?: (string[] | { columns: string[] })[];
}

export interface DataverseKeyFile {
  name?: string;
  displayName?: string;
  columns: string[];
  /** Of its index; a key without one is Active. Until then rows cannot be addressed by it. */
  status?: 'Pending' | 'Active' | 'Failed';
}

export interface DataverseColumnFile {
  name: string;
  type:
    | 'string'
    | 'memo'
    | 'integer'
    | 'bigint'
    | 'decimal'
    | 'double'
    | 'money'
    | 'boolean'
    | 'datetime'
    | 'dateonly'
    | 'uniqueidentifier'
    | 'lookup'
    | 'customer'
    | 'owner'
    | 'picklist'
    | 'state'
    | 'status'
    | 'multiselectpicklist';
  required?: boolean;
  requiredLevel?: string;
  maxLength?: number;
  precision?: number;
  min?: number | string;
  max?: number | string;
  options?: { value: number; label?: string }[];
  targets?: string[];
  readOnly?: boolean;
  /** Kept, but never shown. */
  writeOnly?: boolean;
  baseOf?: string;
  label?: string;
  schemaName?: string;
  displayName?: string;
  format?: string;
  /** Ours: a create that leaves it out gets this and a running number. */
  autoNumber?: string;
}

/** A table description that cannot be served; the text names the table and what is wrong. */
export class SchemaError extends Error {}
