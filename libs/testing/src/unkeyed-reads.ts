interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Alias?: string;
  readonly 'Index Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

type Query = (text: string) => Promise<unknown>;

/** Equalities of an index condition: `(a = $1) AND (b = ANY ($2))`. */
const EQUALITY = / = /g;

/**
 * Tables that a statement reads otherwise than by all columns of a unique key, or by an index that leaves nothing to be
 * looked through, if its plan is made once for all parameters.
 *
 * @param query runs on a session of the pool whose plans are looked at
 * @returns `TABLE ALIAS: NODE`; none for a statement whose cost does not grow with its tables
 */
export async function unkeyedReads(query: Query, text: string): Promise<string[]> {
  const [answer] = (await query(`explain (generic_plan, format json) ${text}`)) as {
    'QUERY PLAN': readonly { Plan: PlanNode }[];
  }[];
  const found: string[] = [];
  const visit = async (node: PlanNode): Promise<void> => {
    const { 'Relation Name': table, Alias: alias, 'Node Type': kind } = node;
    // A sequence has one row. What is changed is read below.
    const isRead = table !== undefined && kind !== 'ModifyTable' && !table.endsWith('_number');
    if (isRead && !(await isKeyed(query, node))) found.push(`${table} ${alias}: ${kind}`);
    for (const below of node.Plans ?? []) await visit(below);
  };
  for (const { Plan: plan } of answer?.['QUERY PLAN'] ?? []) await visit(plan);
  return found;
}

async function isKeyed(query: Query, node: PlanNode): Promise<boolean> {
  const { 'Index Name': index, 'Index Cond': condition, Filter: filter } = node;
  if (condition === undefined) return false;
  if (filter === undefined) return true;
  const keys = (await query(
    `select indnkeyatts::int as n from pg_index where indexrelid = '${index}'::regclass and indisunique`,
  )) as { n: number }[];
  return keys.some(({ n }) => n === condition.match(EQUALITY)?.length);
}
