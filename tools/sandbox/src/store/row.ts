/**
 * A stored value. Decimals and 64-bit integers are plain decimal text, dates "YYYY-MM-DD", date-times
 * "YYYY-MM-DDTHH:mm:ssZ", ids lower case. What is empty is absent from the row.
 */
export type Cell = string | number | boolean;
export type Cells = { [column: string]: Cell };

/** Never changed in place: a write makes a new row, so the one before stays at hand for undo and events. */
export interface Row {
  /** Address within the table: the id in Dataverse, the natural key in F&O. */
  readonly key: string;
  /** The id in Dataverse, the record id in F&O. */
  readonly id: string;
  /** What the ETag shows. */
  readonly version: number;
  /** Position in the order of all writes of this side. */
  readonly seq: number;
  readonly cells: Readonly<Cells>;
}
