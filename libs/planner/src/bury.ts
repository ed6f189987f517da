import { otherSide, type JournalField, type ObservedRow, type Side } from '@dualwrite/events';
import type { Draft } from './draft';
import { intend } from './intents';
import { withCut } from './lives';
import type { Deactivation } from './map-rules';
import { isMadeByAnother } from './ownership';
import { block } from './parks';

/**
 * What becomes of a row of an ended life (rule 17): the map's delete policy says it, and where the row was edited since,
 * who wins.
 *
 * @returns the row lives on as a thing of its own
 */
export function bury(draft: Draft, side: Side, row: ObservedRow): boolean {
  const { rules } = draft.context;
  if (draft.winner === side) return keep(draft, side, row, 'released');
  const isDecided = draft.winner === otherSide(side);
  if (isMadeByAnother(draft, side, row) && !isDecided) return unlink(draft, side, row, 'made-by-another-map');
  const policy = rules.deletes[side];
  if (policy === 'unlink') return unlink(draft, side, row, 'unlinked');
  const deactivation = policy === 'deactivate' ? rules.deactivation?.[side] : undefined;
  if (deactivation?.isShown(row.cells)) return unlink(draft, side, row, 'deactivated');
  if (policy === 'park' && !isDecided) {
    block(draft, 'delete-not-allowed', { [side]: row });
    return false;
  }
  const isEdited = wasEdited(draft, side, row);
  if (isEdited && !isDecided) {
    if (rules.deleteVersusEdit === 'edit') return keep(draft, side, row, 'edit-wins');
    if (rules.deleteVersusEdit === 'park') {
      block(draft, 'delete-versus-edit', { [side]: row });
      return false;
    }
  }
  if (draft.context.areDeletesHeld && !draft.isReleased) {
    block(draft, 'delete-held', { [side]: row }, { text: 'the map has deleted more rows than it may' });
    return false;
  }
  if (deactivation) deactivate(draft, side, row, deactivation);
  else remove(draft, side, row, { isEdited });
  return false;
}

/** @param said of a delete that a caller waits for, its call */
export function remove(
  draft: Draft,
  side: Side,
  row: ObservedRow,
  { isEdited, ...said }: { isEdited: boolean; call?: string },
): void {
  // The last values of a deleted row stay readable: in the journal, which is all that will be left of them.
  draft.note('conflict', {
    severity: isEdited ? 'warning' : 'info',
    side,
    code: isEdited ? 'edited-since' : 'deleted',
    fields: lastValues(draft, side, row),
  });
  intend(draft, { ...endOf(draft, side, row), kind: 'delete', patch: {}, ...said });
}

/** Fields of the map by their names; columns that other maps have asked for by their own: they go with the row, too. */
function lastValues({ context }: Draft, side: Side, row: ObservedRow): JournalField[] {
  const mapped = context.rules.fields.flatMap(({ name, column }) =>
    column[side] === null ? [] : [{ name, column: column[side] }],
  );
  const others = Object.keys(row.cells)
    .filter((column) => !mapped.some((field) => field.column === column))
    .map((column) => ({ name: column, column }));
  return [...mapped, ...others].map(({ name, column }) => ({
    field: name,
    [side]: row.cells[column] ?? null,
    lost: side,
  }));
}

/** Once it shows, the row is left alone: whoever activates it again has a row without a partner. */
function deactivate(draft: Draft, side: Side, row: ObservedRow, { patch }: Deactivation): void {
  intend(draft, { ...endOf(draft, side, row), kind: 'update', patch });
}

function endOf(draft: Draft, side: Side, row: ObservedRow) {
  return {
    target: side,
    nativeId: draft.pair.seen[side].nativeId,
    rowId: row.id,
    expects: row.version,
    fields: {},
    source: null,
    sourceVersion: null,
  };
}

/** The row stays, and no partner is made for it. It may meet a new one: then by the policy for first meetings. */
export function unlink(
  draft: Draft,
  side: Side,
  row: ObservedRow,
  code: 'unlinked' | 'deactivated' | 'made-by-another-map' | 'discarded',
): true {
  release(draft, side, row);
  draft.pair.unlinked = { ...draft.pair.unlinked, [side]: row.id };
  draft.note('unlinked', { side, code });
  return true;
}

/** The row wins against the delete: it is made anew on the other side. */
function keep(draft: Draft, side: Side, row: ObservedRow, code: 'edit-wins' | 'released'): true {
  release(draft, side, row);
  if (draft.pair.unlinked[side] !== null) draft.pair.unlinked = { ...draft.pair.unlinked, [side]: null };
  draft.note('unlinked', { side, code });
  return true;
}

function release({ pair }: Draft, side: Side, row: ObservedRow): void {
  const { lives, cuts } = withCut(pair, side, row.id);
  pair.lives = lives;
  pair.cuts = cuts;
  if (pair.strayed[side] !== null) pair.strayed = { ...pair.strayed, [side]: null };
}

/** Does the row show anything that the sides had not agreed on? */
export function wasEdited(draft: Draft, side: Side, row: ObservedRow): boolean {
  const { base, couple, strayed } = draft.pair;
  if (couple[side] !== row.id || strayed[side] === row.id) return true;
  return draft.context.rules.fields.some((rule) => {
    const column = rule.column[side];
    // A constant was written once and is nobody's value.
    if (column === null || rule.column[otherSide(side)] === null) return false;
    const agreed = base[rule.name];
    return agreed === undefined || !rule.same(side, row.cells[column] ?? null, agreed[side]);
  });
}
