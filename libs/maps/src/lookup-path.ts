/** One way on from a lookup: the column by which the target's row is found, and the table where it may be several. */
export interface LookupStep {
  readonly table: string | null;
  readonly key: string;
}

/** What a map writes for a Dataverse value. */
export type DataversePath =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'lookup'; readonly column: string; readonly steps: readonly LookupStep[] }
  | { readonly kind: 'too-deep'; readonly column: string };

const STEP = /^(\w+)\((\w+)\)$/;

/**
 * `COLUMN`, `COLUMN.KEY`, or `COLUMN.TABLE(KEY).TABLE(KEY)` for a lookup that may point at several tables: the first table
 * that knows the value has it.
 */
export function parseDataversePath(text: string): DataversePath {
  const [column = '', ...rest] = text.split('.');
  if (rest.length === 0) return { kind: 'column', column };
  const steps = rest.map((part): LookupStep => {
    const [, table, key] = STEP.exec(part) ?? [];
    return table && key ? { table, key } : { table: null, key: part };
  });
  const isDeep = steps.length > 1 && steps.some(({ table }) => table === null);
  return isDeep ? { kind: 'too-deep', column } : { kind: 'lookup', column, steps };
}

/** Name of one step in `ResolvedFacts.lookups`, and as part of a path. */
export function stepName({ table, key }: LookupStep): string {
  return table === null ? key : `${table}(${key})`;
}
