import type { Draft } from './draft';
import { withJoined } from './lives';
import type { Intent } from './pair';

/** Rule 15: what an applied write carried is agreed: the source's value it was planned from, the value written. */
export function learnApplied(draft: Draft, intent: Intent): void {
  if (intent.kind === 'delete' || intent.source === null) return;
  if (intent.rowId !== null) {
    draft.pair.lives = withJoined(draft.pair.lives, idsOf(intent, intent.rowId));
  }
  const targetId = intent.rowId ?? draft.pair.seen[intent.target].row?.id ?? null;
  if (targetId !== null) learnWritten(draft, intent, targetId);
}

export function learnWritten(draft: Draft, intent: Intent, targetId: string): void {
  const ids = idsOf(intent, targetId);
  draft.coupleRows(ids.fo, ids.dataverse);
  for (const [field, { from, to }] of Object.entries(intent.fields)) {
    draft.learn(field, intent.target === 'fo' ? { fo: to, dataverse: from } : { fo: from, dataverse: to });
  }
}

/** The two rows that a write ties together; `intent.source` is set for every create and update. */
export function idsOf(intent: Intent, targetId: string): { fo: string; dataverse: string } {
  const source = intent.source ?? '';
  return intent.target === 'fo' ? { fo: targetId, dataverse: source } : { fo: source, dataverse: targetId };
}
