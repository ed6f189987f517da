/** A column of a batch: its Postgres type and where its value comes from. */
export type UnnestColumns<Row> = Readonly<
  Record<string, readonly [type: string, valueOf: (row: Row) => unknown]>
>;

export interface UnnestClause {
  /** `unnest($1::text[], $2::int[]) WITH ORDINALITY AS input(name, size, n)`; `n` counts the rows from 1. */
  readonly sql: string;
  readonly parameters: unknown[];
}

const JSON_TYPE = /^jsonb?$/;
const NAME_FORM = /^[a-z_][a-z0-9_]*$/;
const TYPE_FORM = /^[a-z][a-z0-9_ ]*$/;

/**
 * Many rows as one statement with one parameter per column: twice as fast as an ORM's upsert, and the statement text
 * stays the same for any number of rows. Values of `json` and `jsonb` columns are written as JSON: one text with a line
 * for each instead of an array, for JSON has no line breaks, and so no end has to quote a kilobyte of quotes.
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
  const arrays = entries.map(([, [type]], index) => {
    const parameter = `$${firstParameter + index}`;
    return JSON_TYPE.test(type)
      ? `string_to_array(${parameter}::text, E'\\n', '')::${type}[]`
      : `${parameter}::${type}[]`;
  });
  const names = [...entries.map(([name]) => name), 'n'];
  return {
    sql: `unnest(${arrays.join(', ')}) WITH ORDINALITY AS ${alias}(${names.join(', ')})`,
    parameters: entries.map(([, [type, valueOf]]) =>
      JSON_TYPE.test(type) ? rows.map((row) => jsonLine(valueOf(row))).join('\n') : rows.map(valueOf),
    ),
  };
}

/** An empty line is null. */
function jsonLine(value: unknown): string {
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
