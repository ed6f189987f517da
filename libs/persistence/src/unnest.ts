/** A column of a batch: its Postgres type and where its value comes from. */
export type UnnestColumns<Row> = Readonly<
  Record<string, readonly [type: string, valueOf: (row: Row) => unknown]>
>;

export interface UnnestClause {
  /** `unnest($1::text[], $2::int[]) WITH ORDINALITY AS input(name, size, n)`; `n` counts the rows from 1. */
  readonly sql: string;
  readonly parameters: unknown[][];
}

const JSON_TYPE = /^jsonb?$/;
const NAME_FORM = /^[a-z_][a-z0-9_]*$/;
const TYPE_FORM = /^[a-z][a-z0-9_ ]*$/;

/**
 * Many rows as one statement with one parameter per column: twice as fast as an ORM's upsert, and the statement text
 * stays the same for any number of rows. Values of `json` and `jsonb` columns are written as JSON.
 *
 * @example
 * const rows = unnest(pairs, { id: ['uuid', (p) => p.id], state: ['jsonb', (p) => p.state] });
 * await runner.query(`INSERT INTO pair (id, state) SELECT id, state FROM ${rows.sql}`, rows.parameters);
 */
export function unnest<Row>(
  rows: readonly Row[],
  columns: UnnestColumns<Row>,
  { alias = 'input', firstParameter = 1 }: { alias?: string; firstParameter?: number } = {},
): UnnestClause {
  const entries = Object.entries(columns);
  for (const [name, [type]] of entries) {
    if (!NAME_FORM.test(name) || !TYPE_FORM.test(type))
      throw new TypeError(`unnest: bad column ${name} ${type}`);
  }
  const arrays = entries.map(([, [type]], index) => `$${firstParameter + index}::${type}[]`);
  const names = [...entries.map(([name]) => name), 'n'];
  return {
    sql: `unnest(${arrays.join(', ')}) WITH ORDINALITY AS ${alias}(${names.join(', ')})`,
    parameters: entries.map(([, [type, valueOf]]) =>
      JSON_TYPE.test(type) ? rows.map((row) => jsonText(valueOf(row))) : rows.map(valueOf),
    ),
  };
}

function jsonText(value: unknown): string | null {
  return value === undefined || value === null ? null : JSON.stringify(value);
}
