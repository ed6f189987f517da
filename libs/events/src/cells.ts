/**
 * One value of a row in canonical form: decimals, 64-bit integers, dates, enum symbols and GUIDs are strings
 * (see libs/schemas for the form of each type); a JavaScript number only ever holds a 32-bit integer.
 */
export type Cell = string | number | boolean | null;

/**
 * A row's values by column name, in the side's own spelling.
 * A Dataverse lookup is the bare GUID under the column's name, or `TABLE/GUID` where it may point at several tables.
 */
export type Cells = Readonly<Record<string, Cell>>;
