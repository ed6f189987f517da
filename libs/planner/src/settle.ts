import {
  INTENTS_PER_EPOCH,
  isProvisional,
  NOT_BEGUN,
  otherSide,
  writeId,
  type Observation,
  type WriteResult,
} from '@dualwrite/events';
import { settleCall } from './calls';
import type { Draft } from './draft';
import { judge } from './judge';
import { learnApplied, learnMade } from './learn';
import type { Intent, PairState } from './pair';
import { HELD_BY_OTHER } from './parks';

/** Which of the pair's writes have their answer in this observation? (rules 14, 15) */
export function settle(draft: Draft, observation: Observation): void {
  const { pair } = draft;
  if (pair.restored && !pair.forgotten && answersUnknownWrite(draft, observation)) pair.forgotten = true;
  const mine = (intent: Intent): boolean =>
    intent.target === observation.side &&
    (intent.nativeId === null || intent.nativeId === observation.nativeId);
  if (!pair.intents.some(mine)) return;
  const open: Intent[] = [];
  for (const intent of pair.intents) {
    const left = mine(intent) ? settleOne(draft, intent, observation) : intent;
    if (left !== null) open.push(left);
    else if (intent.call !== undefined) settleCall(draft, intent, answerOf(draft, intent, observation));
  }
  pair.intents = open;
}

function answerOf({ pair }: Draft, intent: Intent, observation: Observation): WriteResult | undefined {
  return observation.results[writeId(pair.pairId, intent.number)];
}

/** Null: settled. */
function settleOne(draft: Draft, intent: Intent, observation: Observation): Intent | null {
  const { pair } = draft;
  if (showsReference(draft, intent)) {
    draft.answeredApplied = true;
    learnMade(draft, intent);
    return null;
  }
  const hasMoved = (pair.seen[intent.target].row?.version ?? null) !== intent.expects;
  const isClosed = intent.number <= (observation.last[pair.pairId] ?? 0);
  const result = answerOf(draft, intent, observation);
  let outcome = result?.outcome;
  // Rule 23: the register was restored since, and its marks may be gone. Whether they are, the executor knows: it is asked
  // again (rule 22) and answers each such write, unless its number is closed.
  if (observation.revision.epoch > intent.registerEpoch) {
    if (result?.code === NOT_BEGUN) return null;
    const isUnanswered = outcome === undefined ? !isClosed : outcome === 'started';
    if (isUnanswered) return intent;
    if (outcome !== 'applied') outcome = 'in-doubt';
  }
  switch (outcome) {
    case 'applied':
      // Made under a name that the side gave it: that row is on its way to us, and nothing is planned before it is here.
      if (isProvisional(observation.nativeId) && pair.seen[intent.target].row === null) return intent;
      draft.answeredApplied = true;
      learnApplied(draft, intent);
      return null;
    case 'precondition-failed':
      if (intent.kind === 'create') keyTaken(draft, intent, result?.text ?? null);
      return null;
    case 'withheld':
      return null;
    case 'rejected':
      // What a call asks for is nowhere yet: there is nothing to be mended, and nothing is set aside.
      if (intent.call === undefined) {
        rejected(draft, intent, { code: result?.code ?? null, text: result?.text ?? null });
      }
      return null;
    case 'started':
      // It may or may not be in what we see.
      return intent.started ? intent : { ...intent, started: true };
    case 'in-doubt':
      judge(draft, intent, { hasMoved, epoch: observation.revision.epoch });
      return null;
    case undefined:
      // An update without a mark was not begun, and the version that it expects is gone: no doubt about it.
      if (intent.unsure && (isClosed || (hasMoved && intent.kind === 'create'))) {
        judge(draft, intent, { hasMoved, epoch: observation.revision.epoch });
        return null;
      }
      // Rule 7: a later write of ours began, so this one never will.
      if (isClosed) return null;
      // Not begun, and the version that it expects is gone: it never will take effect.
      return hasMoved && intent.kind !== 'create' ? null : intent;
  }
}

/** The row of a create shows the id that we gave it, which nobody else knows: it was carried out, whatever the answer. */
function showsReference({ pair }: Draft, { kind, target, reference, source }: Intent): boolean {
  return kind === 'create' && reference !== undefined && pair.seen[target].row?.cells[reference] === source;
}

/** Data that the target refuses: mended data, on either side, goes through by itself. */
function rejected(draft: Draft, intent: Intent, said: { code: string | null; text: string | null }): void {
  const rows = [];
  if (intent.source !== null) {
    rows.push({ side: otherSide(intent.target), rowId: intent.source, version: intent.sourceVersion });
  }
  if (intent.kind !== 'create' && intent.rowId !== null) {
    rows.push({ side: intent.target, rowId: intent.rowId, version: intent.expects });
  }
  const absentSide = intent.kind === 'create' ? intent.target : null;
  // What is written for a row of an ended life stands for its delete, whatever the delete policy makes of it.
  const write = intent.source === null ? 'delete' : intent.kind;
  const park = { reason: 'rejected', ...said, write, absentSide, rows } as const;
  draft.pair.parks = [...draft.pair.parks, park];
}

/**
 * A create was refused and no row is in view: under ids of our choice, a row that we have not seen holds the key.
 * Creating again would fail as often as we try, so the pair is set aside until something changes.
 */
function keyTaken(draft: Draft, intent: Intent, text: string | null): void {
  const { target } = intent;
  if (draft.pair.seen[target].row !== null || intent.source === null) return;
  // Where we name the row by its key, the row that refused us is in view, and next time ours; unless it is another pair's.
  const isInView = !draft.context.rules.hasIds[target] && intent.nativeId !== null && !draft.isRowForeign;
  if (isInView) return;
  const source = { side: otherSide(target), rowId: intent.source, version: intent.sourceVersion };
  const park = {
    reason: 'key-taken',
    code: draft.isRowForeign ? HELD_BY_OTHER : null,
    text,
    write: 'create',
    absentSide: target,
    rows: [source],
  } as const;
  draft.pair.parks = [...draft.pair.parks, park];
}

/** A write of this pair that was planned after the backup was taken: the pair has done things that it does not know. */
function isOfLostTime({ epoch, nextIntent }: PairState, intent: number): boolean {
  return intent < epoch * INTENTS_PER_EPOCH && intent % INTENTS_PER_EPOCH >= nextIntent;
}

/** Also of pairs that we do not know: one that was made after the backup was taken is forgotten, its id with it. */
function answersUnknownWrite(draft: Draft, observation: Observation): boolean {
  if (isOfLostTime(draft.pair, observation.last[draft.pair.pairId] ?? 0)) return true;
  const known = new Set(draft.pair.intents.map((intent) => writeId(draft.pair.pairId, intent.number)));
  return Object.entries(observation.results).some(
    ([id, { outcome }]) => (outcome === 'in-doubt' || outcome === 'started') && !known.has(id),
  );
}
