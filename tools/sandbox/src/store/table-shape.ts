/** What the store must know of a table; the sides' own descriptions extend it. */
export interface TableShape {
  readonly name: string;
  readonly uniques: readonly UniqueShape[];
  /** Columns that hold ids of rows elsewhere: how often each id is used is counted. */
  readonly references?: readonly string[];
}

export interface UniqueShape {
  readonly name: string;
  readonly columns: readonly string[];
}
