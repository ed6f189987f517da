import { otherSide, type Side } from '@dualwrite/events';
import type { Life } from './pair';

/**
 * Rule 13. A life = the ids on both sides that are one thing; with one of them ended, all of it is.
 * All functions return the same array when nothing changes.
 */
export function isEnded(lives: readonly Life[], side: Side, rowId: string): boolean {
  return find(lives, side, rowId)?.ended ?? false;
}

export function areOneLife(lives: readonly Life[], fo: string, dataverse: string): boolean {
  const life = find(lives, 'fo', fo);
  return life !== undefined && life.ids.dataverse.includes(dataverse);
}

export function withEnded(lives: readonly Life[], side: Side, rowId: string): readonly Life[] {
  const life = find(lives, side, rowId);
  if (life?.ended) return lives;
  if (life === undefined) return [...lives, { ...alone(side, rowId), ended: true }];
  return lives.map((other) => (other === life ? { ...life, ended: true } : other));
}

/** The two ids are one thing from now on, with all that was one with either. */
export function withJoined(lives: readonly Life[], ids: Readonly<Record<Side, string>>): readonly Life[] {
  if (areOneLife(lives, ids.fo, ids.dataverse)) return lives;
  const left = find(lives, 'fo', ids.fo);
  const right = find(lives, 'dataverse', ids.dataverse);
  const joined = union(left ?? alone('fo', ids.fo), right ?? alone('dataverse', ids.dataverse));
  return [...lives.filter((life) => life !== left && life !== right), joined];
}

export type Cuts = readonly Readonly<Record<Side, string>>[];

/** The row is a thing of its own from now on: cut from every id of the other side that it was one with. */
export function withCut(
  parts: { lives: readonly Life[]; cuts: Cuts },
  side: Side,
  rowId: string,
): { lives: readonly Life[]; cuts: Cuts } {
  const life = find(parts.lives, side, rowId);
  if (life === undefined) return parts;
  const other = otherSide(side);
  const rest: Life = { ...life, ids: { ...life.ids, [side]: life.ids[side].filter((id) => id !== rowId) } };
  const made = life.ids[other].map((id) =>
    side === 'fo' ? { fo: rowId, dataverse: id } : { fo: id, dataverse: rowId },
  );
  return {
    lives: parts.lives.map((one) => (one === life ? rest : one)),
    cuts: [...parts.cuts, ...made.filter((ids) => !isCut(parts.cuts, ids))],
  };
}

export function isCut(cuts: Cuts, ids: Readonly<Record<Side, string>>): boolean {
  return cuts.some(({ fo, dataverse }) => fo === ids.fo && dataverse === ids.dataverse);
}

/** A register without visible ids was restored: for all we can know, the row is the same under another id (rule 23). */
export function withRenamed(lives: readonly Life[], side: Side, from: string, to: string): readonly Life[] {
  const left = find(lives, side, from) ?? alone(side, from);
  const right = find(lives, side, to) ?? alone(side, to);
  if (left === right) return lives;
  return [...lives.filter((life) => life !== left && life !== right), union(left, right)];
}

/** Of two pairs that become one. */
export function withAll(lives: readonly Life[], others: readonly Life[]): readonly Life[] {
  return others.reduce((all, other) => {
    const touched = all.filter((life) => sharesId(life, other));
    return [...all.filter((life) => !touched.includes(life)), touched.reduce(union, other)];
  }, lives);
}

/** An id of that side has ended of which nobody knows what it was made from (rule 19). */
export function hasUnexplainedEnd(lives: readonly Life[], side: Side): boolean {
  return lives.some(
    (life) => life.ended && life.ids[side].length > 0 && life.ids[otherSide(side)].length === 0,
  );
}

export function hasEnded(lives: readonly Life[], side: Side): boolean {
  return lives.some((life) => life.ended && life.ids[side].length > 0);
}

/** The row is one thing with some row of the other side. */
export function hasPartner(lives: readonly Life[], side: Side, rowId: string): boolean {
  return (find(lives, side, rowId)?.ids[otherSide(side)].length ?? 0) > 0;
}

export function lifeOf(lives: readonly Life[], side: Side, rowId: string): Life | undefined {
  return find(lives, side, rowId);
}

function find(lives: readonly Life[], side: Side, rowId: string): Life | undefined {
  return lives.find((life) => life.ids[side].includes(rowId));
}

function alone(side: Side, rowId: string): Life {
  return { ids: { fo: [], dataverse: [], [side]: [rowId] } as Life['ids'], ended: false };
}

function union(left: Life, right: Life): Life {
  const merge = (side: Side): readonly string[] => [...new Set([...left.ids[side], ...right.ids[side]])];
  return { ids: { fo: merge('fo'), dataverse: merge('dataverse') }, ended: left.ended || right.ended };
}

function sharesId(left: Life, right: Life): boolean {
  return (['fo', 'dataverse'] as const).some((side) =>
    left.ids[side].some((id) => right.ids[side].includes(id)),
  );
}
