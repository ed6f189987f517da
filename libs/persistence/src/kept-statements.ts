const names = new Map<string, string>();

/** Each of them takes memory of the server in every connection; what comes later is planned anew each time. */
const KEPT_COUNT_MAX = 100;

/**
 * Marks a statement of the way that every change takes: on a pool of `openKeptPlans` Postgres reads and plans it once per
 * connection, elsewhere the mark means nothing. Its plan is made once for tables of any size: mark only what names the
 * whole of a unique key of each table, so that no other index can look as good while there are few rows.
 */
export function kept(text: string): string {
  if (names.size < KEPT_COUNT_MAX && !names.has(text)) names.set(text, `kept_${names.size + 1}`);
  return text;
}

/** Undefined: not to be kept. */
export function keptName(text: string): string | undefined {
  return names.get(text);
}

export function keptStatements(): readonly string[] {
  return [...names.keys()];
}
