import type { Cell, Cells, Side } from '@dualwrite/events';
import type { ConflictPolicy, LastChange, MapRules } from './map-rules';

type Rows = Readonly<Record<Side, { readonly cells: Cells }>>;

/** Whose value travels by this policy; null: a person decides. */
export function winnerOf(
  policy: ConflictPolicy,
  rows: Rows,
  rules: Pick<MapRules, 'lastChange'>,
): Side | null {
  if (policy !== 'last') return bySide(policy);
  const { lastChange } = rules;
  // A map that says `last` has its columns; libs/maps sees to it.
  if (lastChange === undefined) return null;
  return laterSide(rows, lastChange) ?? bySide(lastChange.unknown);
}

function bySide(policy: Exclude<ConflictPolicy, 'last'>): Side | null {
  return policy === 'park' ? null : policy === 'fo-wins' ? 'fo' : 'dataverse';
}

/**
 * By the time stamps of the two rows, which also count what we wrote there: a stamp belongs to a row, not to a field. A
 * side that shows whole seconds only cannot be told from the other within one second.
 */
function laterSide(rows: Rows, { column }: LastChange): Side | null {
  const fo = momentOf(rows.fo.cells[column.fo]);
  const dataverse = momentOf(rows.dataverse.cells[column.dataverse]);
  if (fo === null || dataverse === null) return null;
  const isExact = fo.length > SECOND_LENGTH && dataverse.length > SECOND_LENGTH;
  const [left, right] = isExact
    ? [fo, dataverse]
    : [fo.slice(0, SECOND_LENGTH), dataverse.slice(0, SECOND_LENGTH)];
  return left === right ? null : left > right ? 'fo' : 'dataverse';
}

const SECOND_LENGTH = '2024-05-01T08:00:00'.length;

/** Canonical moments are in UTC with no needless digits, so they stand in the order of their texts. */
function momentOf(cell: Cell | undefined): string | null {
  return typeof cell === 'string' && cell.endsWith('Z') ? cell.slice(0, -1) : null;
}
