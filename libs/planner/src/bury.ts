import { otherSide, type ObservedRow, type Side } from '@dualwrite/events';
import type { Draft } from './draft';
import { intend } from './intents';
import { block } from './parks';

/** A row of an ended life goes, whatever was done to it since, unless the map says: ask (rule 17). */
export function bury(draft: Draft, side: Side, row: ObservedRow): void {
  const { rules } = draft.context;
  const nativeId = draft.pair.seen[side].nativeId;
  if (!rules.deletes[side]) {
    block(draft, 'delete-not-allowed', { [side]: row });
    return;
  }
  const isEdited = wasEdited(draft, side, row);
  const isDecided = draft.winner === otherSide(side);
  if (isEdited && rules.deleteVersusEdit === 'park' && !isDecided) {
    block(draft, 'delete-versus-edit', { [side]: row });
    return;
  }
  // The last values of a deleted row stay readable: in the journal, which is all that will be left of them.
  draft.note('conflict', {
    severity: isEdited ? 'warning' : 'info',
    side,
    code: isEdited ? 'edited-since' : 'deleted',
    fields: rules.fields.flatMap((rule) => {
      const column = rule.column[side];
      return column === null ? [] : [{ field: rule.name, [side]: row.cells[column] ?? null, lost: side }];
    }),
  });
  intend(draft, {
    kind: 'delete',
    target: side,
    nativeId,
    rowId: row.id,
    expects: row.version,
    patch: {},
    fields: {},
    source: null,
    sourceVersion: null,
  });
}

/** Does the row show anything that the sides had not agreed on? */
function wasEdited(draft: Draft, side: Side, row: ObservedRow): boolean {
  const { base, couple } = draft.pair;
  if (couple[side] !== row.id) return true;
  return draft.context.rules.fields.some((rule) => {
    const column = rule.column[side];
    // A constant was written once and is nobody's value.
    if (column === null || rule.column[otherSide(side)] === null) return false;
    const agreed = base[rule.name];
    return agreed === undefined || !rule.same(side, row.cells[column] ?? null, agreed[side]);
  });
}
