import { otherSide, SIDES, type JournalField, type ObservedRow, type Side } from '@dualwrite/events';
import { absorb } from './absorb';
import { unlink } from './bury';
import { conclude } from './conclude';
import { Draft } from './draft';
import { isEnded, withJoined } from './lives';
import type { PairState } from './pair';
import type { Past, Plan, PlanContext, PlanEvent } from './plan';

export type Surroundings = {
  readonly context: PlanContext;
  readonly mode: Past;
  planNow(pair: PairState, event: PlanEvent, context: PlanContext): Plan;
};

/**
 * A change that came while the map was paused, after a resume that does not catch up; or what was there before a start
 * that skips the initial sync. What would not have travelled anyway is taken in as ever; of the rest nothing is written:
 * it is held for a person, or taken for agreed.
 */
export function planBacklog(
  pair: PairState,
  event: Extract<PlanEvent, { kind: 'observation' | 'redrive' }>,
  { context, mode, planNow }: Surroundings,
): Plan {
  const tried = planNow(pair, event, context);
  if (context.isCatchingUp || !isGoingToTravel(pair, tried)) return tried;
  const draft = new Draft(pair, context);
  const isAgain = event.kind === 'redrive' || absorb(draft, event.observation) === 'again';
  // What becomes of a write under way decides what there would be to discard: that is left to a person.
  if (mode !== 'hold' && draft.pair.intents.length === 0) discard(draft, mode);
  else hold(draft);
  const held = conclude(draft, { isAgain });
  return { ...held, reads: tried.reads };
}

/** Now, or once what it waits for is there, or its open write is answered. */
function isGoingToTravel(before: PairState, { pair, writes, verdict }: Plan): boolean {
  if (verdict === null || before.held) return false;
  if (pair.intents.length > 0 && before.intents.length > 0) {
    return SIDES.some((side) => before.seen[side].row?.version !== pair.seen[side].row?.version);
  }
  return writes.length > 0 || verdict === 'waiting';
}

function hold(draft: Draft): void {
  draft.pair.held = true;
  draft.rest = draft.pair.intents.length > 0 ? 'pending' : 'held';
  draft.note('held', { code: 'backlog' });
}

type Discarded = Exclude<Past, 'hold'>;

/** Nothing is lost without a word: the journal has every value that did not travel. */
function discard(draft: Draft, mode: Discarded): void {
  const { pair } = draft;
  pair.parks = [];
  pair.mapVersion = draft.context.rules.version;
  const { fo, dataverse } = pair.seen;
  const isEndedHere = SIDES.some((side) => isRowEnded(pair, side));
  if (fo.row && dataverse.row && !isEndedHere) {
    accept(draft, { fo: fo.row, dataverse: dataverse.row }, mode);
    return;
  }
  for (const side of SIDES) {
    const { row } = pair.seen[side];
    if (!row) continue;
    unlink(draft, side, row, 'discarded');
    draft.filter('unlinked');
  }
}

function isRowEnded({ seen, lives }: Pick<PairState, 'seen' | 'lives'>, side: Side): boolean {
  const { row } = seen[side];
  return row !== null && isEnded(lives, side, row.id);
}

/** What both rows show is agreed from now on, though it differs. */
function accept(draft: Draft, live: Readonly<Record<Side, ObservedRow>>, mode: Discarded): void {
  const { pair, context } = draft;
  draft.coupleRows(live.fo.id, live.dataverse.id);
  const fields: JournalField[] = [];
  for (const rule of context.rules.fields) {
    const { fo, dataverse } = rule.column;
    if (fo === null || dataverse === null) continue;
    const values = {
      fo: live.fo.cells[fo] ?? null,
      dataverse: live.dataverse.cells[dataverse] ?? null,
    };
    const agreed = pair.base[rule.name];
    for (const side of SIDES) {
      if (agreed && rule.same(side, values[side], agreed[side])) continue;
      const other = values[otherSide(side)];
      const converted = rule.convert(otherSide(side), values[side], live[side].cells, context.references);
      const says = converted.kind === 'value' && rule.same(otherSide(side), converted.value, other);
      // Before the rows that it points at are read, nobody can say whether a reference differs.
      const isUnknown = converted.kind === 'wait' && mode !== 'discard';
      if (!says && !isUnknown) fields.push({ field: rule.name, ...values, lost: side });
    }
    draft.learn(rule.name, values);
  }
  pair.lives = withJoined(pair.lives, { fo: live.fo.id, dataverse: live.dataverse.id });
  pair.restored = false;
  pair.forgotten = false;
  const isSkip = mode !== 'discard';
  if (isSkip && fields.length === 0) return;
  draft.note('discarded', { severity: 'warning', code: isSkip ? 'initial-sync-skipped' : 'backlog', fields });
}
