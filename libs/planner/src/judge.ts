import { otherSide, type Cell, type ObservedRow } from '@dualwrite/events';
import type { Draft } from './draft';
import { areOneLife, hasUnexplainedEnd, withJoined } from './lives';
import type { Intent, ParkReason } from './pair';
import { idsOf, learnApplied, learnWritten, showsWritten } from './learn';

/**
 * An attempt was made and nobody knows whether it took effect (rules 18 to 20). Decided by what the row shows; what the
 * row cannot tell is left to a person.
 */
export function judge(draft: Draft, intent: Intent, now: { hasMoved: boolean; epoch: number }): void {
  const { rules } = draft.context;
  const row = draft.pair.seen[intent.target].row;
  if (intent.kind === 'delete') {
    // Rule 20: edited, or deleted and made anew? With ids, the id tells.
    if (row && now.hasMoved && !rules.hasIds[intent.target] && row.id === intent.rowId) {
      doubt(draft, intent, 'delete-in-doubt', { isSourceNamed: false });
    }
  } else if (intent.kind === 'create') {
    judgeCreate(draft, intent, row, now.epoch);
  } else if (row?.id !== intent.rowId) {
    // Rule 18: did the deleted row hold our values? If the lives are joined, the source goes with it anyway.
    const ids = idsOf(intent, intent.rowId ?? '');
    if (!areOneLife(draft.pair.lives, ids.fo, ids.dataverse)) {
      doubt(draft, intent, 'meeting-in-doubt', { isTargetNamed: false });
    }
  } else if (now.hasMoved) {
    judgeUpdate(draft, intent, row);
  }
}

/** Rule 19. */
function judgeCreate(draft: Draft, intent: Intent, row: ObservedRow | null, epoch: number): void {
  const { rules } = draft.context;
  const { target } = intent;
  if (row && row.id === intent.rowId) {
    learnApplied(draft, intent);
  } else if (rules.ownIds[target] && rules.tellsDeletes[target] && intent.registerEpoch === epoch) {
    // Not there under our id: if it ever was, the feed tells of its end. To be tried again.
    return;
  } else if (
    row &&
    intent.rowId === null &&
    fieldsOf(draft, intent, row).every((field) => field.isShown) &&
    !hasUnexplainedEnd(draft.pair.lives, target)
  ) {
    assume(draft, intent, row);
  } else {
    // Never made, or made and deleted?
    doubt(draft, intent, 'create-in-doubt');
  }
}

/** Rule 18: the row is there in another version than we expected. */
function judgeUpdate(draft: Draft, intent: Intent, row: ObservedRow): void {
  // A caller has saved over what our write was to replace, an edit that our side knew of: so it was not carried out.
  if (isSavedOver(draft, intent, row)) return;
  const fields = fieldsOf(draft, intent, row);
  const isSomeUntouched = fields.some((field) => field.isUntouched);
  if (fields.every((field) => field.isShown)) learnApplied(draft, intent);
  // Not carried out, or set back since?
  else if (isSomeUntouched) doubt(draft, intent, 'write-in-doubt');
  else assume(draft, intent, row);
}

/**
 * Taken as carried out and edited since. Safe if wrong, too: then it was a conflict, and the journal has the loser.
 */
function assume(draft: Draft, intent: Intent, row: ObservedRow): void {
  const ids = idsOf(intent, row.id);
  const fields = fieldsOf(draft, intent, row);
  draft.note('conflict', {
    severity: 'warning',
    side: intent.target,
    code: 'overtaken-write',
    intent: intent.number,
    fields: fields.map(({ name, shown, from }) => ({
      field: name,
      fo: intent.target === 'fo' ? shown : from,
      dataverse: intent.target === 'dataverse' ? shown : from,
      lost: otherSide(intent.target),
    })),
  });
  if (fields.some((field) => field.isShown)) draft.pair.lives = withJoined(draft.pair.lives, ids);
  else draft.pair.maybe = ids;
  learnWritten(draft, intent, row.id);
}

function isSavedOver({ pair, context }: Draft, { target, fields }: Intent, row: ObservedRow): boolean {
  return context.rules.fields.some((rule) => {
    const announced = pair.announced?.[rule.name];
    const column = rule.column[target];
    if (announced?.from !== target || column === null || fields[rule.name] === undefined) return false;
    return rule.same(target, row.cells[column] ?? null, announced[target]);
  });
}

interface JudgedField {
  readonly name: string;
  readonly from: Cell;
  readonly shown: Cell;
  readonly isShown: boolean;
  readonly isUntouched: boolean;
}

/** In the order of the map's fields; a field that the map has lost since has no say. */
function fieldsOf(draft: Draft, intent: Intent, row: ObservedRow): JudgedField[] {
  const { target } = intent;
  const judged: JudgedField[] = [];
  for (const rule of draft.context.rules.fields) {
    const field = intent.fields[rule.name];
    const column = rule.column[target];
    if (field === undefined || column === null) continue;
    const shown = row.cells[column] ?? null;
    judged.push({
      name: rule.name,
      from: field.from,
      shown,
      isShown: showsWritten(rule, target, field.to, shown),
      isUntouched: rule.same(target, shown, field.was),
    });
  }
  return judged;
}

function doubt(
  draft: Draft,
  intent: Intent,
  reason: ParkReason,
  named: { isSourceNamed?: boolean; isTargetNamed?: boolean } = {},
): void {
  const { target } = intent;
  const row = draft.pair.seen[target].row;
  const rows = [];
  if (named.isSourceNamed !== false && intent.source !== null) {
    rows.push({ side: otherSide(target), rowId: intent.source, version: null });
  }
  if (named.isTargetNamed !== false && row) rows.push({ side: target, rowId: row.id, version: null });
  const park = { reason, code: null, text: null, write: intent.kind, absentSide: null, rows };
  draft.pair.parks = [...draft.pair.parks, park];
}
