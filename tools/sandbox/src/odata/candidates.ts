import type { Expression } from './filter-syntax';
import type { Literal } from './literal';

/**
 * When a filter pins every column of a key (in each branch of its `or`s), the rows that can match are few and can be
 * looked up: `probe` answers for one set of pinned columns, or undefined when they do not make a key.
 */
export function candidates<R>(
  expression: Expression,
  probe: (pinned: ReadonlyMap<string, Literal>) => R[] | undefined,
): R[] | undefined {
  const branches = orBranches(expression);
  if (branches.length > 500) return undefined;
  const found = new Set<R>();
  for (const branch of branches) {
    const pinned = new Map<string, Literal>();
    pin(branch, pinned);
    const rows = probe(pinned);
    if (!rows) return undefined;
    for (const row of rows) found.add(row);
  }
  return [...found];
}

/** `A and (b or c)` has the branches `A and b`, `A and c`; more than one `or` inside is left to a scan. */
function orBranches(expression: Expression): Expression[] {
  if (expression.kind === 'or') return [...orBranches(expression.left), ...orBranches(expression.right)];
  if (expression.kind === 'and') {
    const left = orBranches(expression.left);
    const right = orBranches(expression.right);
    if (left.length > 1 && right.length > 1) return [expression];
    return left.flatMap((one) => right.map((two): Expression => ({ kind: 'and', left: one, right: two })));
  }
  return [expression];
}

function pin(expression: Expression, pinned: Map<string, Literal>): void {
  if (expression.kind === 'and') {
    pin(expression.left, pinned);
    pin(expression.right, pinned);
  } else if (expression.kind === 'compare' && expression.operator === 'eq')
    pinned.set(expression.path, expression.literal);
}
