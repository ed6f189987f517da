interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

type Query = (text: string) => Promise<unknown>;

/**
 * Tables that a statement reads otherwise than by the columns of an index, if its plan is made once for all parameters.
 *
 * @param query runs on a session of the pool whose plans are looked at
 * @returns `TABLE: NODE`; none for a statement whose cost does not grow with its tables
 */
export async function unkeyedReads(query: Query, text: string): Promise<string[]> {
  const [answer] = (await query(`explain (generic_plan, format json) ${text}`)) as {
    'QUERY PLAN': readonly { Plan: PlanNode }[];
  }[];
  const found: string[] = [];
  const visit = (node: PlanNode): void => {
    const { 'Relation Name': table, 'Index Cond': condition, 'Node Type': kind, Filter: filter } = node;
    // A sequence has one row. What is changed is read below.
    const isRead = table !== undefined && kind !== 'ModifyTable' && !table.endsWith('_number');
    if (isRead && (condition === undefined || filter !== undefined)) found.push(`${table}: ${kind}`);
    for (const below of node.Plans ?? []) visit(below);
  };
  for (const { Plan: plan } of answer?.['QUERY PLAN'] ?? []) visit(plan);
  return found;
}
