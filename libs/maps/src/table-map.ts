import type { ConflictPolicy, DeletePolicy, DeleteVersusEdit, LastChange } from '@dualwrite/planner';

export const API_VERSION = 'dualwrite.io/v1';
export type Direction = 'both' | 'to-dataverse' | 'to-fo';
/** A value in a map file; canonical only once the column's type is known. */
export type MapValue = string | number | boolean | null;

/** A map file (`kind: TableMap`), as JSON. The form is held by schema/table-map.schema.json. */
export interface TableMap {
  readonly apiVersion: typeof API_VERSION;
  readonly kind: 'TableMap';
  readonly metadata: {
    readonly name: string;
    readonly description?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly spec: MapSpec;
}

export interface MapSpec {
  /**
   * `filter`: F&O query expression, `((PartyType == "Organization"))`. `reference`: text column that we fill with the
   * Dataverse row's id where F&O numbers a new row itself.
   */
  readonly fo: { readonly entity: string; readonly filter?: string; readonly reference?: string };
  /** `filter`: OData over the table's columns, `customertypecode eq 3`. */
  readonly dataverse: { readonly table: string; readonly filter?: string };
  /** Columns that hold the row's company; absent: the rows are shared by all companies. */
  readonly company?: { readonly fo: string; readonly dataverse: string };
  /** Columns by which partners find each other; the company is always part of it. */
  readonly key: readonly KeySpec[];
  readonly policies?: Policies;
  readonly fields: readonly FieldSpec[];
}

export interface KeySpec {
  readonly fo: string;
  /** A column, or a lookup path `COLUMN.KEY`. */
  readonly dataverse: string;
}

export interface Policies {
  readonly conflict?: ConflictPolicy;
  readonly firstMeeting?: ConflictPolicy;
  /** For the policy `last`. Default: ModifiedDateTime and modifiedon, where the tables have them; unknown: park. */
  readonly lastChange?: LastChangeSpec;
  readonly deleteVersusEdit?: DeleteVersusEdit;
  /** A save that asks the other side first, where nobody knows in time whether it would agree. Default: let-through. */
  readonly unansweredSave?: UnansweredSave;
  /** Consent to two-way traffic with a table that does not honour `If-Match`: an edit may be lost there. */
  readonly classB?: 'accept';
  /** May rows be created on that side by us? Default: wherever a field travels to. */
  readonly create?: { readonly fo?: boolean; readonly dataverse?: boolean };
  /** What becomes of that side's row when its partner was deleted. Default: delete where we may create, else park. */
  readonly delete?: { readonly fo?: DeleteSpec; readonly dataverse?: DeleteSpec };
}

/** `let-through`: it is saved, and synced later like any edit; `refuse`: the person has to save again. */
export type UnansweredSave = 'let-through' | 'refuse';

export interface LastChangeSpec {
  readonly fo?: string;
  readonly dataverse?: string;
  readonly unknown?: LastChange['unknown'];
}

/** `true` is `delete`, `false` is `park`; `deactivate` alone means Dataverse's statecode 1 and statuscode 2. */
export type DeleteSpec = DeletePolicy | boolean | { readonly deactivate: Readonly<Record<string, MapValue>> };

export interface FieldSpec {
  /** Absent on one side: a constant for the other, given by `default`. */
  readonly fo?: string;
  /** A column, or a lookup path `COLUMN.KEY`: found through the column KEY of the table that COLUMN points at. */
  readonly dataverse?: string;
  readonly direction?: Direction;
  /** Keys are F&O's values, compared without case; values are Dataverse's. `''` is the empty value of either side. */
  readonly valueMap?: Readonly<Record<string, MapValue>>;
  /** What the target gets when the source has nothing. */
  readonly default?: MapValue;
  readonly conflict?: ConflictPolicy;
  /** A one-way field whose target was changed there: written again, or left. Default: repair; for a constant, leave. */
  readonly drift?: 'repair' | 'leave';
  /** A text too long for the target column. */
  readonly onOverflow?: 'refuse' | 'truncate';
  /** Which table a lookup means that may point at several. */
  readonly target?: string;
}
