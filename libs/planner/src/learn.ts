import type { Cell, Side } from '@dualwrite/events';
import { announceWritten, forgetAnnounced } from './announced';
import type { Draft } from './draft';
import { announceLeaving } from './leaving';
import { withJoined } from './lives';
import type { FieldRule } from './map-rules';
import type { Intent } from './pair';

/** Rule 15: what an applied write carried is agreed: the source's value it was planned from, the value written. */
export function learnApplied(draft: Draft, intent: Intent): void {
  const { call } = draft.pair;
  if (intent.kind === 'delete' && call !== undefined && call.id === intent.call) {
    announceLeaving(draft, call);
    draft.isCallTaken = true;
  }
  if (intent.kind === 'delete' || intent.source === null) return;
  if (intent.rowId !== null) {
    draft.pair.lives = withJoined(draft.pair.lives, idsOf(intent, intent.rowId));
  }
  const targetId = intent.rowId ?? draft.pair.seen[intent.target].row?.id ?? null;
  if (targetId !== null) learnWritten(draft, intent, targetId);
}

/**
 * The form that the server gave our value is agreed as well. Field by field: an edit of another field must not turn this
 * one's form into an edit, which could win against a real one.
 */
function learnForms(draft: Draft, intent: Intent): void {
  const { target } = intent;
  const row = draft.pair.seen[target].row;
  if (row === null) return;
  for (const rule of draft.context.rules.fields) {
    const field = intent.fields[rule.name];
    const column = rule.column[target];
    // What the server fills in for nothing is no form of ours but a value of its own, and travels back (ADR 0006).
    if (field === undefined || column === null || field.to === null) continue;
    const seen = row.cells[column] ?? null;
    if (rule.same(target, seen, field.to) || !showsWritten(rule, target, field.to, seen)) continue;
    const { from } = field;
    draft.learn(rule.name, target === 'fo' ? { fo: seen, dataverse: from } : { fo: from, dataverse: seen });
  }
}

/** Does the target show what we wrote, be it in the server's form? */
export function showsWritten(rule: FieldRule, target: Side, sent: Cell, seen: Cell): boolean {
  return rule.same(target, seen, sent) || (rule.admits?.(target, sent, seen) ?? false);
}

/** The row in view is the one that this create made, though we did not choose its id. */
export function learnMade(draft: Draft, intent: Intent): void {
  const row = draft.pair.seen[intent.target].row;
  if (!row) return;
  draft.pair.lives = withJoined(draft.pair.lives, idsOf(intent, row.id));
  learnWritten(draft, intent, row.id);
}

export function learnWritten(draft: Draft, intent: Intent, targetId: string): void {
  const ids = idsOf(intent, targetId);
  draft.coupleRows(ids.fo, ids.dataverse);
  // Nobody can see the edit yet: what is agreed is not changed before it shows.
  if (intent.call !== undefined) {
    announceWritten(draft, intent);
    return;
  }
  for (const [field, { from, to }] of Object.entries(intent.fields)) {
    draft.learn(field, intent.target === 'fo' ? { fo: to, dataverse: from } : { fo: from, dataverse: to });
    // What was announced for the field is history: another value has been agreed since.
    forgetAnnounced(draft, field);
  }
  learnForms(draft, intent);
}

/** The two rows that a write ties together; `intent.source` is set for every create and update. */
export function idsOf(intent: Intent, targetId: string): { fo: string; dataverse: string } {
  const source = intent.source ?? '';
  return intent.target === 'fo' ? { fo: targetId, dataverse: source } : { fo: source, dataverse: targetId };
}
