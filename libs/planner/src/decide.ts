import { otherSide, type ObservedRow, type Side } from '@dualwrite/events';
import { bury } from './bury';
import { isNewcomerAwaited } from './announced';
import { planCall } from './calls';
import type { Draft } from './draft';
import { areOneLife, isEnded } from './lives';
import { isLeaving, isLeftBehind } from './leaving';
import { isOutdated } from './outdated';
import { merge } from './merge';
import { block, standingParks } from './parks';
import { planRowCall } from './row-calls';
import { spread } from './spread';

/** Deletes and changes of the side that shows its ids go first. */
const ORDER = ['dataverse', 'fo'] as const satisfies readonly Side[];

/** What is to be done, given all that was seen (rules 14, 16, 17). Leaves in `draft.rest` what it came to. */
export function decide(draft: Draft, isRedrive: boolean): void {
  const { pair, context } = draft;
  // Rule 14: one round at a time; every write has its answer first.
  if (pair.intents.length > 0) {
    draft.rest = 'pending';
    if (draft.looksAgain) pair.looksAgain = true;
    return;
  }
  if (pair.looksAgain) pair.looksAgain = undefined;
  pair.mapVersion = context.rules.version;
  if (pair.held) {
    draft.rest = 'held';
    return;
  }
  // Like a row that has left the scope: nothing of the pair travels, and nothing of it is undone.
  if (context.isCompanyOut) {
    draft.filter('out-of-scope');
    return;
  }
  pair.parks = standingParks(draft, isRedrive);
  if (pair.parks.length > 0) {
    draft.rest = 'parked';
    return;
  }
  const live: Partial<Record<Side, ObservedRow>> = {};
  const dead: Partial<Record<Side, ObservedRow>> = {};
  for (const side of ORDER) {
    const { presence, row } = pair.seen[side];
    if (row === null) continue;
    // A restored register has not looked yet: what it knew is not believed (rule 23). Nor does a row tell anything that
    // was read before the map wanted all of its columns: a value that was never read is not an empty one.
    if (presence === 'unread' || isOutdated(draft, side) || !showsAllFields(draft, side, row)) {
      draft.reads.push(side);
      draft.rest = 'waiting';
      return;
    }
    if (!context.rules.inScope(side, row.cells)) {
      // Leaving the scope is a hold: nothing of the pair travels, and nothing of it is undone (docs/reference/policies.md).
      markStrays(draft);
      draft.filter('out-of-scope');
      return;
    }
    (isEnded(pair.lives, side, row.id) ? dead : live)[side] = row;
  }
  if (planRowCall(draft, live, dead)) return;
  for (const side of ORDER) {
    const row = dead[side];
    if (!row || !isLeaving(draft, side, row)) continue;
    draft.rest = 'waiting';
    if (isLeftBehind(draft)) {
      block(draft, 'delete-not-followed', { [side]: row }, { text: notFollowedText(side) });
      draft.rest = 'parked';
    }
    return;
  }
  if (isPerhapsOrphaned(draft, live)) {
    block(draft, 'meeting-in-doubt', live);
    draft.rest = 'parked';
    return;
  }
  // Its partner was deleted where the map writes, and here it does not: both stay as they are until it goes both ways.
  const { onlyTo } = context.rules;
  if (onlyTo !== undefined && dead[otherSide(onlyTo)] !== undefined) {
    draft.filter('one-way');
    return;
  }
  for (const side of ORDER) {
    const row = dead[side];
    if (!row || !bury(draft, side, row)) continue;
    delete dead[side];
    live[side] = row;
  }
  if (draft.blocks.length === 0) {
    if (live.fo && live.dataverse) {
      const rows = { fo: live.fo, dataverse: live.dataverse };
      if (!planCall(draft, rows)) merge(draft, rows);
    } else if (isLeftAlone(draft, live)) draft.filter('unlinked');
    else {
      // Delete first, create after: while a dead row holds the other side, nothing is made there.
      for (const side of ORDER) {
        const row = live[side];
        if (!row || dead[otherSide(side)]) continue;
        if (isNewcomerAwaited(draft, otherSide(side))) draft.rest = 'waiting';
        else spread(draft, side, row);
      }
    }
  }
  if (draft.blocks.length > 0) draft.rest = 'parked';
}

function notFollowedText(side: Side): string {
  const other = otherSide(side);
  return `${side} was to delete the row after ${other} had done so, and has not: release it with ${side} as winner to keep it, with ${other} to delete it`;
}

/** The row's partner ended while it stood out of scope: to come back is an edit against that delete. */
function markStrays({ pair, context }: Draft): void {
  for (const side of ORDER) {
    const { row } = pair.seen[side];
    if (!row || pair.strayed[side] === row.id) continue;
    if (context.rules.inScope(side, row.cells) || !isEnded(pair.lives, side, row.id)) continue;
    pair.strayed = { ...pair.strayed, [side]: row.id };
  }
}

function isLeftAlone({ pair }: Draft, live: Readonly<Partial<Record<Side, ObservedRow>>>): boolean {
  return ORDER.some((side) => live[side] !== undefined && live[side].id === pair.unlinked[side]);
}

/** Perhaps a copy that we made: then it shares its source's fate; nobody knows (rule 18, first meeting). */
function isPerhapsOrphaned(draft: Draft, live: Readonly<Partial<Record<Side, ObservedRow>>>): boolean {
  const { maybe, lives } = draft.pair;
  if (maybe === null || areOneLife(lives, maybe.fo, maybe.dataverse)) return false;
  return ORDER.some((side) => {
    const other = otherSide(side);
    return live[side]?.id === maybe[side] && isEnded(lives, other, maybe[other]);
  });
}

function showsAllFields({ context }: Draft, side: Side, row: ObservedRow): boolean {
  return context.rules.fields.every(({ column: { fo, dataverse } }) => {
    // Constants are written, never read.
    if (fo === null || dataverse === null) return true;
    return row.cells[side === 'fo' ? fo : dataverse] !== undefined;
  });
}
