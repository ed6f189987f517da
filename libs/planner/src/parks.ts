import { otherSide, type ObservedRow, type Side } from '@dualwrite/events';
import type { Draft } from './draft';
import { isEnded } from './lives';
import type { Park, ParkReason } from './pair';

/** Reasons that follow from what is seen now: they are worked out anew in every examination. */
const MOMENTARY: ReadonlySet<ParkReason> = new Set<ParkReason>([
  'conflict',
  'first-meeting',
  'delete-versus-edit',
  'delete-not-allowed',
  'delete-not-followed',
  'refused-value',
  'history-lost',
  'no-key',
]);

/** A create was refused because of a row that belongs to another pair. */
export const HELD_BY_OTHER = 'held-by-other-pair';

/** Rule 21: what only time, mended data or a person ends. */
export function standingParks(draft: Draft, isRedrive: boolean): readonly Park[] {
  const { parks } = draft.pair;
  if (parks.length === 0) return parks;
  return parks.filter((park) => !isMomentary(park) && stands(draft, park, isRedrive));
}

/** Held by another pair, or perhaps a copy of ours: told from what is seen; in doubt after a write: remembered. */
function isMomentary(park: Park): boolean {
  return MOMENTARY.has(park.reason) || park.write === null;
}

function stands(draft: Draft, park: Park, isRedrive: boolean): boolean {
  const { seen, lives } = draft.pair;
  const current = (side: Side, rowId: string): boolean => seen[side].row?.id === rowId;
  // The row that took our key may have gone without a word to us.
  if (park.reason === 'key-taken' && isRedrive) return false;
  if (park.absentSide !== null && seen[park.absentSide].row !== null) return false;
  // The row that refused us is another pair's and was in view: it is told to be gone.
  if (park.code === HELD_BY_OTHER && park.absentSide !== null && seen[park.absentSide].presence === 'absent')
    return false;
  if (park.reason === 'create-in-doubt' && isFoundAgain(draft, park)) return false;
  const isMended = park.rows.some(
    ({ side, rowId, version }) =>
      version !== null && current(side, rowId) && seen[side].row?.version !== version,
  );
  if (isMended) return false;
  // A delete is for a row whose life has ended already: that it has cannot lift the park.
  const outlivesItsRow = park.write === 'delete';
  return park.rows.some(
    ({ side, rowId }) => current(side, rowId) && (outlivesItsRow || !isEnded(lives, side, rowId)),
  );
}

/** The row of a lost create has come into view: it shows the reference that we gave it. */
function isFoundAgain({ pair, context }: Draft, { rows }: Park): boolean {
  return rows.some(({ side, rowId }) => {
    const target = otherSide(side);
    const column = context.rules.reference?.[target];
    return column !== undefined && pair.seen[target].row?.cells[column] === rowId;
  });
}

/** A park that follows from what is seen now. */
export function block(
  draft: Draft,
  reason: ParkReason,
  rows: Readonly<Partial<Record<Side, ObservedRow>>>,
  said: { code?: string; text?: string; field?: string } = {},
): void {
  const named = (['fo', 'dataverse'] as const).flatMap((side) => {
    const row = rows[side];
    return row ? [{ side, rowId: row.id, version: row.version }] : [];
  });
  draft.blocks.push({
    reason,
    code: said.code ?? null,
    text: said.text ?? null,
    ...(said.field === undefined ? {} : { field: said.field }),
    write: null,
    absentSide: null,
    rows: named,
  });
}

export function samePark(left: Park | undefined, right: Park | undefined): boolean {
  if (left === right) return true;
  if (left === undefined || right === undefined) return false;
  return (
    left.reason === right.reason &&
    left.code === right.code &&
    left.text === right.text &&
    left.write === right.write &&
    left.absentSide === right.absentSide &&
    left.rows.length === right.rows.length &&
    left.rows.every((row, index) => {
      const other = right.rows[index];
      return row.side === other?.side && row.rowId === other.rowId && row.version === other.version;
    })
  );
}
