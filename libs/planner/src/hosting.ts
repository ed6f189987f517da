import {
  compareRevisions,
  otherSide,
  SIDES,
  type Observation,
  type Revision,
  type Side,
} from '@dualwrite/events';
import { isSideFree } from './absorb';
import { isEnded, withAll } from './lives';
import type { PairState } from './pair';

/** May the pair take a row under this native id? Its own, one that it is about to make, or any while the side is free. */
export function canHost(pair: PairState, side: Side, nativeId: string): boolean {
  if (pair.seen[side].nativeId === nativeId) return true;
  if (pair.seen[side].row !== null) return false;
  return isSideFree({ pair }, side, nativeId);
}

/**
 * Moves the one row of another pair of the same key into this one, when this side has become free. The other pair ends.
 * Null: this side is held, or the other pair has a history of its own. The mapper then plans the result as a redrive.
 */
export function adopt(pair: PairState, side: Side, other: PairState): PairState | null {
  const seen = other.seen[side];
  if (seen.row === null || seen.nativeId === null) return null;
  if (hasHistory(other)) return null;
  if (other.seen[otherSide(side)].row !== null || isEnded(other.lives, side, seen.row.id)) return null;
  if (pair.seen[side].nativeId === seen.nativeId || !canHost(pair, side, seen.nativeId)) return null;
  const heard = { fo: { ...pair.heard.fo }, dataverse: { ...pair.heard.dataverse } };
  // All that either pair has heard of, so that an old observation that comes again is known to be old.
  hear(heard[side], pair.seen[side].nativeId, pair.seen[side].revision);
  for (const each of SIDES) {
    for (const [nativeId, revision] of Object.entries(other.heard[each]))
      hear(heard[each], nativeId, revision);
  }
  const away = otherSide(side);
  if (other.seen[away].nativeId !== pair.seen[away].nativeId) {
    hear(heard[away], other.seen[away].nativeId, other.seen[away].revision);
  }
  delete heard[side][seen.nativeId];
  return {
    ...pair,
    seen: { ...pair.seen, [side]: seen },
    heard,
    lives: withAll(pair.lives, other.lives),
    // What was lost with a database that was set back stays lost, whichever of the two it was lost from (rule 24).
    restored: pair.restored || other.restored,
    forgotten: pair.forgotten || other.forgotten,
    ...(other.held && { held: true as const }),
    ...(other.past && { past: true as const }),
  };
}

/** It wrote, met another row, or is in doubt: that would be forgotten with the pair, and guessed at by the next one. */
function hasHistory(pair: PairState): boolean {
  return (
    pair.intents.length > 0 ||
    Object.keys(pair.base).length > 0 ||
    pair.couple.fo !== null ||
    pair.maybe !== null ||
    pair.cuts.length > 0 ||
    SIDES.some((side) => pair.unlinked[side] !== null) ||
    pair.parks.some((park) => park.write !== null)
  );
}

function hear(heard: Record<string, Revision>, nativeId: string | null, revision: Revision | null): void {
  if (nativeId === null || revision === null) return;
  const known = heard[nativeId];
  if (known === undefined || compareRevisions(revision, known) > 0) heard[nativeId] = revision;
}

/** Native ids whose observations belong to this pair: of its rows now and before, and of those that it is about to make. */
export function nativeIdsOf(pair: PairState): Readonly<Record<Side, readonly string[]>> {
  const ids = { fo: new Set<string>(), dataverse: new Set<string>() };
  for (const side of SIDES) {
    const { nativeId } = pair.seen[side];
    if (nativeId !== null) ids[side].add(nativeId);
    for (const id of Object.keys(pair.heard[side]).sort()) ids[side].add(id);
  }
  for (const { target, nativeId } of pair.intents) if (nativeId !== null) ids[target].add(nativeId);
  return { fo: [...ids.fo], dataverse: [...ids.dataverse] };
}

/** Pairs whose writes have an answer, or an open mark, in this observation; it is news to each of them. */
export function pairsAnsweredBy(observation: Observation): readonly string[] {
  const ids = new Set<string>();
  for (const id of Object.keys(observation.results)) ids.add(id.slice(0, id.lastIndexOf(':')));
  return [...ids].sort();
}
