import type { Cells, OperatorWrite, RefusedRow } from '@dualwrite/events';

export type BeforeWriting =
  { readonly do: 'send' } | { readonly do: 'nothing' } | { readonly do: 'refuse'; readonly why: Why };
type Why = Omit<RefusedRow, 'nativeId'>;

/**
 * What is left to do for an operator's write, by the row as it is now: a request that comes a second time finds its own
 * work done, and never does it over somebody else's.
 *
 * @param seen null: there is no such row
 */
export function lookBefore(
  { expects, patch }: Pick<OperatorWrite, 'expects' | 'patch'>,
  seen: { readonly version: string; readonly cells: Cells } | null,
): BeforeWriting {
  if (seen === null) {
    if (expects === null) return { do: 'send' };
    return refuse('row-gone', 'the row was deleted meanwhile');
  }
  const isShown = Object.entries(patch).every(([column, cell]) => (seen.cells[column] ?? null) === cell);
  if (isShown) return { do: 'nothing' };
  if (expects === null) return refuse('row-there', 'there is a row of this id, and it says something else');
  return seen.version === expects
    ? { do: 'send' }
    : refuse('row-moved', 'somebody changed the row since it was looked at');
}

function refuse(code: string, text: string): BeforeWriting {
  return { do: 'refuse', why: { code, text } };
}
